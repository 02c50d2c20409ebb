"""Pilot first: sixty seconds of a row or of several, and the full run that follows."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Asset, Batch, BatchItem
from dubbing.screens.batch import chosen_rows
from dubbing.screens.pilots import ItemPilot, Promotion, SeveralPilots
from dubbing.services.actors import Actor
from dubbing.services.pilots import MOST_AT_ONCE, make_pilot, make_pilots, promote_pilot
from dubbing.validators import format_timecode, parse_timecode
from dubbing.views.live import live_part


def find_item(batch_id: uuid.UUID, item_id: uuid.UUID) -> BatchItem:
    rows = BatchItem.objects.kept().select_related("batch", "pilot")
    item: BatchItem = get_object_or_404(rows, pk=item_id, batch=batch_id)
    return item


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def item_pilot(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """What a pilot of this row would be, and making it."""
    item = find_item(batch_id, item_id)
    if request.method != "POST":
        return render(request, "dubbing/item/pilot.html", _asked(request, item))
    languages, typed = request.POST.getlist("languages"), request.POST.get("start", "").strip()
    try:
        start = parse_timecode(typed) if typed else None
        make_pilot(item=item, actor=Actor(user=request.user), languages=languages, start=start)
    except ValidationError as error:
        context = _asked(request, item) | {"problem": " ".join(error.messages), "start": typed}
        return render(request, "dubbing/item/pilot.html", context, status=400)
    messages.success(request, "The pilot is on the way to Panjaya.")
    return redirect("dubbing:batch-item", batch_id, item_id)


def _asked(request: TeamRequest, item: BatchItem) -> dict[str, Any]:
    screen = ItemPilot(item)
    languages = screen.languages(request.POST.getlist("languages"))
    here = _moment(request.GET.get("at", ""))
    return {"item": item, "screen": screen, "languages": languages, "here": here}


def _moment(text: str) -> str:
    """Where the page's player stands, as a timecode; nothing for its very beginning."""
    try:
        at = parse_timecode(text) if text else Decimal(0)
    except ValidationError:
        return ""
    return format_timecode(at) if at else ""


@require_GET
@team_view(Can.PRODUCE)
def item_pilot_progress(
    request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID
) -> HttpResponse:
    """The live part of the row's page."""
    item = find_item(batch_id, item_id)
    return live_part(
        request,
        "dubbing/item/_pilot.html",
        revision=ItemPilot(item).revision,
        context=lambda: {"item": item},
    )


@require_POST
@team_view(Can.PRODUCE)
def batch_pilots(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Pilots of the rows that were selected: asked first, then told row by row."""
    batch: Batch = get_object_or_404(Batch.objects.all(), pk=batch_id)
    rows = chosen_rows(request.POST, batch).select_related("pilot")
    items = list(rows[: MOST_AT_ONCE + 1])
    if not items or len(items) > MOST_AT_ONCE:
        messages.error(request, f"Choose 1 to {MOST_AT_ONCE} videos: a pilot is for a few.")
        return redirect("dubbing:batch-detail", batch.pk)
    context: dict[str, Any] = {"batch": batch, "items": items}
    if "ask" in request.POST:
        context["screen"] = SeveralPilots(items)
        return render(request, "dubbing/batch/pilots.html", context)
    tried = make_pilots(
        items=items,
        actor=Actor(user=request.user),
        all_languages=request.POST.get("languages") == "all",
    )
    context["tried"] = tried
    return render(request, "dubbing/batch/pilots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def asset_promote(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """The full run that a pilot stands for: what it comes to, then sending it."""
    rows = Asset.objects.select_related("full_run").prefetch_related("dubbings")
    pilot: Asset = get_object_or_404(rows, pk=asset_id)
    full: Asset | None = getattr(pilot, "full_run", None)
    if full is not None:
        return redirect("dubbing:asset-detail", full.pk)
    if request.method != "POST":
        context = {"asset": pilot, "screen": Promotion(pilot)}
        return render(request, "dubbing/asset/promote.html", context)
    try:
        full = promote_pilot(pilot=pilot, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:asset-detail", pilot.pk)
    messages.success(request, "This is the full run; it is on the way to Panjaya.")
    return redirect("dubbing:asset-detail", full.pk)
