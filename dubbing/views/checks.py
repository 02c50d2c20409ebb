"""Pre-flight's part of pages: one row's findings, and the address that somebody types."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import BatchItem
from dubbing.screens.checks import ItemChecks, LinkLook
from dubbing.services.linkchecks import ask_look
from dubbing.services.preflight import ask_check
from dubbing.views.live import live_part


def find_item(batch_id: uuid.UUID, item_id: uuid.UUID) -> BatchItem:
    rows = BatchItem.objects.kept().select_related("batch", "upload")
    item: BatchItem = get_object_or_404(rows, pk=item_id, batch=batch_id)
    return item


@require_GET
@team_view(Can.PRODUCE)
def item_checks(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """The live part of one row's page."""
    item = find_item(batch_id, item_id)
    return live_part(
        request,
        "dubbing/item/_checks.html",
        revision=ItemChecks(item).revision,
        context=lambda: {"item": item},
    )


@require_POST
@team_view(Can.PRODUCE)
def item_check(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    item = find_item(batch_id, item_id)
    ask_check(item=item)
    if request.headers.get("HX-Request"):
        item.refresh_from_db()
        return render(request, "dubbing/item/_checks.html", {"item": item})
    return redirect("dubbing:batch-item", batch_id, item_id)


@never_cache
@require_GET
@team_view(Can.PRODUCE)
def link_check(request: TeamRequest) -> HttpResponse:
    """What is known of `media_url`; a worker looks at it, and the part asks again."""
    address = request.GET.get("media_url", "").strip()
    look = LinkLook()
    if address:
        try:
            look = LinkLook(
                address, ask_look(team=request.team, user=request.user, address=address)
            )
        except ValidationError as error:
            look = LinkLook(address, problem=" ".join(error.messages))
    return render(request, "dubbing/item/_link_check.html", {"look": look})
