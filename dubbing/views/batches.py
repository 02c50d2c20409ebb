"""Batches as a whole: the list, beginning one, giving it videos, throwing it away."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.ids import new_id
from accounts.roles import Can
from dubbing.forms.batches import BatchForm
from dubbing.models import Batch, Preset, Upload
from dubbing.screens.batch import count_rows
from dubbing.screens.batches import draft_left_by, list_batches
from dubbing.services.actors import Actor
from dubbing.services.batches import (
    Pasted,
    add_addresses,
    add_uploads,
    create_batch,
    discard_batch,
    follow_settings,
    keep_batch,
    recover_batch,
)
from dubbing.services.presets import find_preset

REPEATS_SHOWN = 3


def find_batch(batch_id: uuid.UUID) -> Batch:
    batch: Batch = get_object_or_404(Batch.objects.all(), pk=batch_id)
    return batch


def faults_in_words(error: ValidationError) -> str:
    return " ".join(error.messages)


@require_GET
@team_view(Can.PRODUCE)
def batch_list(request: TeamRequest) -> HttpResponse:
    return render(request, "dubbing/batch/list.html", {"screen": list_batches(request.GET.dict())})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def batch_new(request: TeamRequest) -> HttpResponse:
    """The draft comes into being with the first thing typed; its id is given out before."""
    if request.method == "POST":
        return _take_over(request, _batch_id(request.POST.get("batch", "")))
    batch = Batch(team=request.team, id=new_id())
    preset = find_preset(request.GET.get("preset", ""))
    if preset is not None:
        batch.settings = preset.settings
    return _setup(request, batch, BatchForm.of(batch), preset=preset)


def _batch_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_id()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def batch_add(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """More videos for a draft that is there."""
    batch = find_batch(batch_id)
    if request.method == "POST":
        return _take_over(request, batch.pk)
    preset = find_preset(request.GET.get("preset", ""))
    if preset is not None:
        batch.settings = {**batch.settings, **preset.settings}
    return _setup(request, batch, BatchForm.of(batch), preset=preset)


def _setup(
    request: TeamRequest, batch: Batch, form: BatchForm, preset: Preset | None = None
) -> HttpResponse:
    is_new = batch._state.adding
    context = {
        "batch": batch,
        "form": form,
        "counts": count_rows(batch),
        "is_new": is_new,
        "presets": Preset.objects.all(),
        "preset": preset,
        "left": draft_left_by(request.user) if is_new and request.method == "GET" else None,
    }
    return render(request, "dubbing/batch/setup.html", context)


def _take_over(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Keeps what was typed and makes rows of the addresses; then comes the review.

    Rows of files that went up from this form get what was chosen after they had arrived.
    """
    form = BatchForm(request.POST)
    batch, actor = Batch(team=request.team, id=batch_id), Actor(user=request.user)
    try:
        batch = _kept(request, batch_id, form)
        follow_settings(batch=batch, actor=actor, uploads=_uploads(request))
        pasted = add_addresses(batch=batch, actor=actor, text=form.cleaned_data["pasted"])
    except ValidationError as error:
        form.add_service_errors(error)
        return _setup(request, batch, form)
    _tell(request, pasted)
    return redirect("dubbing:batch-detail", batch.pk)


def _kept(request: TeamRequest, batch_id: uuid.UUID, form: BatchForm) -> Batch:
    """The draft of this id with what the form holds; made if it is not there yet."""
    settings = form.settings()
    try:
        batch = create_batch(
            team=request.team, actor=Actor(user=request.user), settings={}, batch_id=batch_id
        )
    except Batch.DoesNotExist:
        raise Http404 from None
    return keep_batch(
        batch=batch,
        settings=settings,
        title=form.cleaned_data["title"],
        pasted=form.cleaned_data["pasted"],
    )


def _tell(request: TeamRequest, pasted: Pasted) -> None:
    if not pasted.repeats:
        return
    count = len(pasted.repeats)
    shown = ", ".join(
        f"line {link.line}: {link.address[-60:]}" for link in pasted.repeats[:REPEATS_SHOWN]
    )
    more = f" and {count - REPEATS_SHOWN} more" if count > REPEATS_SHOWN else ""
    words = "1 address is" if count == 1 else f"{count} addresses are"
    messages.warning(request, f"{words} here already and made no second row ({shown}{more}).")


@require_POST
@team_view(Can.PRODUCE)
def batch_keep(request: TeamRequest, batch_id: uuid.UUID) -> JsonResponse:
    """What is typed, as it is typed; the page says so beneath its button."""
    form = BatchForm(request.POST)
    try:
        batch = _kept(request, batch_id, form)
    except ValidationError as error:
        return JsonResponse({"message": faults_in_words(error)}, status=422)
    return JsonResponse({"revision": batch.revision})


@require_POST
@team_view(Can.PRODUCE)
def batch_uploads(request: TeamRequest, batch_id: uuid.UUID) -> JsonResponse:
    """Files that have arrived whole become rows."""
    batch = find_batch(batch_id)
    uploads = list(Upload.objects.filter(pk__in=_uploads(request)).order_by("pk"))
    try:
        items = add_uploads(batch=batch, actor=Actor(user=request.user), uploads=uploads)
    except ValidationError as error:
        return JsonResponse({"message": faults_in_words(error)}, status=422)
    counts = count_rows(batch)
    return JsonResponse({"added": [str(item.pk) for item in items], "total": counts.total})


def _uploads(request: TeamRequest) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist("upload"):
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


@require_POST
@team_view(Can.PRODUCE)
def batch_discard(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponseRedirect:
    batch = find_batch(batch_id)
    try:
        discard_batch(batch=batch)
    except ValidationError as error:
        messages.error(request, faults_in_words(error))
        return redirect("dubbing:batch-detail", batch.pk)
    told = render_to_string("dubbing/batch/_discarded.html", {"batch": batch}, request)
    messages.success(request, told)
    return redirect("dubbing:batch-list")


@require_POST
@team_view(Can.PRODUCE)
def batch_recover(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponseRedirect:
    batch = find_batch(batch_id)
    recover_batch(batch=batch)
    messages.success(request, f"“{batch}” is back.")
    return redirect("dubbing:batch-detail", batch.pk)
