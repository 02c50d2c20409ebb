"""The review table: rows, changes to many of them, sending."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.batches import BulkForm, RowFields
from dubbing.models import Batch, LanguageSet, Preset
from dubbing.screens.batch import BatchScreen, RowFilter, chosen_rows, read_ids
from dubbing.screens.batch_amounts import SendingScreen
from dubbing.services.actors import Actor
from dubbing.services.batches import edit_items, remove_items, restore_items, send_batch
from dubbing.views.live import live_part

FIELD_OF = {"set_languages": "languages", "set_tags": "tags"}


def find_batch(batch_id: uuid.UUID) -> Batch:
    batch: Batch = get_object_or_404(Batch.objects.all(), pk=batch_id)
    return batch


def _screen(request: TeamRequest, batch: Batch) -> BatchScreen:
    editing = frozenset(read_ids(request.GET.getlist("edit")))
    return BatchScreen(batch, RowFilter.read(request.GET.dict()), editing)


@require_GET
@team_view(Can.PRODUCE)
def batch_detail(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    batch = find_batch(batch_id)
    screen = _screen(request, batch)
    if not screen.counts.total and screen.is_open:
        return redirect("dubbing:batch-add", batch.pk)
    context = {
        "batch": batch,
        "screen": screen,
        "form": RowFields(prefix="bulk"),
        "presets": Preset.objects.all(),
        "language_sets": LanguageSet.objects.all(),
    }
    return render(request, "dubbing/batch/detail.html", context)


@require_GET
@team_view(Can.PRODUCE)
def batch_rows(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """The live part: one request per page, not one per row."""
    screen = _screen(request, find_batch(batch_id))
    return live_part(
        request,
        "dubbing/batch/_rows.html",
        revision=screen.revision,
        context=lambda: {"screen": screen, "batch": screen.batch},
    )


@require_POST
@team_view(Can.PRODUCE)
def batch_edit(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """One change for many rows."""
    batch, rows = find_batch(batch_id), None
    action = request.POST.get("action", "")
    if action not in BulkForm.ACTIONS:
        messages.error(request, "Choose what to change.")
        return _back(request, batch)
    try:
        rows = edit_items(
            batch=batch,
            actor=Actor(user=request.user),
            items=chosen_rows(request.POST, batch),
            changes=_changes(request, action),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _changed_words(len(rows)))
    return _back(request, batch)


def _changes(request: TeamRequest, action: str) -> dict[str, Any]:
    form = BulkForm(request.POST, prefix="bulk")
    if action == "preset":
        preset: Preset = get_object_or_404(Preset.objects.all(), pk=form.preset_id())
        return dict(preset.settings)
    value = form.given(action)
    if action in ("add_languages", "set_languages", "drop_languages") and not value:
        raise ValidationError("Choose at least one language first.", code="no_target")
    return {FIELD_OF.get(action, action): value}


def _changed_words(count: int) -> str:
    if not count:
        return "Nothing was different: these videos have that already, or are sent."
    return "1 video changed." if count == 1 else f"{count:,} videos changed."


def _back(request: TeamRequest, batch: Batch) -> HttpResponseRedirect:
    query = RowFilter.read(request.POST.dict())
    address = reverse("dubbing:batch-detail", args=[batch.pk])
    return redirect(address + query.query(after=query.after, before=query.before))


@require_POST
@team_view(Can.PRODUCE)
def batch_remove(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    batch = find_batch(batch_id)
    rows = chosen_rows(request.POST, batch)
    count = rows.editable().count()
    try:
        moment = remove_items(batch=batch, actor=Actor(user=request.user), items=rows)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(request, batch)
    if moment is not None:
        context = {"batch": batch, "count": count, "moment": moment.isoformat()}
        told = render_to_string("dubbing/batch/_removed.html", context, request)
        messages.success(request, told)
    return _back(request, batch)


@require_POST
@team_view(Can.PRODUCE)
def batch_restore(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponseRedirect:
    batch = find_batch(batch_id)
    moment = _moment(request.POST.get("moment", ""))
    if moment is not None:
        count = restore_items(batch=batch, actor=Actor(user=request.user), removed_at=moment)
        words = "1 video is back." if count == 1 else f"{count:,} videos are back."
        messages.success(request, words)
    return redirect("dubbing:batch-detail", batch.pk)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def batch_send(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """What sending means, and then sending."""
    batch = find_batch(batch_id)
    is_chosen = bool(request.POST.get("scope") or request.POST.getlist("item"))
    items = chosen_rows(request.POST, batch) if is_chosen else None
    if request.method != "POST" or "ask" in request.POST:
        context = {
            "batch": batch,
            "screen": SendingScreen(batch, items),
            "chosen": request.POST.getlist("item"),
            "scope": request.POST.get("scope", ""),
            "show": request.POST.get("show", ""),
        }
        return render(request, "dubbing/batch/send.html", context)
    try:
        count = send_batch(
            batch=batch,
            actor=Actor(user=request.user),
            items=items,
            unsure_too="unsure" in request.POST,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = "1 video is" if count == 1 else f"{count:,} videos are"
        messages.success(
            request, f"{words} on the way. Until they leave they can be taken back in the queue."
        )
    return redirect("dubbing:batch-detail", batch.pk)
