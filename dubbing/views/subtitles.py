"""Subtitle files of a batch and of its videos: given, placed, mended, taken out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import PurePosixPath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.subtitles import given_files
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.screens.batch_subtitles import BatchSubtitles
from dubbing.screens.item_subtitles import ItemSubtitles
from dubbing.screens.subtitle_words import item_address
from dubbing.services.actors import Actor
from dubbing.services.subtitles import (
    add_subtitle_files,
    assign_subtitle,
    mend_all,
    mend_subtitle,
    place_again,
    read_for_languages,
    remove_subtitle,
    restore_subtitle,
    undo_mend,
)
from dubbing.views.live import live_part

ALL = "all"


def find_batch(batch_id: uuid.UUID) -> Batch:
    batch: Batch = get_object_or_404(Batch.objects.all(), pk=batch_id)
    return batch


def find_item(batch_id: uuid.UUID, item_id: uuid.UUID) -> BatchItem:
    rows = BatchItem.objects.kept().select_related("batch", "upload")
    item: BatchItem = get_object_or_404(rows, pk=item_id, batch=batch_id)
    return item


def find_subtitle(batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> SubtitleFile:
    rows = SubtitleFile.objects.select_related("batch", "item__upload")
    subtitle: SubtitleFile = get_object_or_404(rows, pk=subtitle_id, batch=batch_id)
    return subtitle


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def batch_subtitles(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    """The panel of a batch; a post gives it files, perhaps for one video and language."""
    batch = find_batch(batch_id)
    if request.method == "POST":
        return _after(request, batch, lambda actor: _give(request, batch, actor))
    screen = BatchSubtitles(batch)
    return live_part(
        request,
        "dubbing/batch/_subtitles.html",
        revision=screen.revision,
        context=lambda: {"batch": batch, "is_open": True},
    )


def _give(request: TeamRequest, batch: Batch, actor: Actor) -> str:
    files = add_subtitle_files(batch=batch, actor=actor, files=given_files(request))
    locale = request.POST.get("locale", "")
    if item := _named_item(request, batch):
        assign_subtitle(subtitle=files[0], actor=actor, item=item, locale=locale)
        return ""
    if batch.subtitles.filter(removed_at=None).count() == len(files):
        return ""  # the panel's own sentence says it
    placed = sum(1 for one in files if one.item_id)
    return f"Of these {len(files):,}, {placed:,} found their place."


def _named_item(request: TeamRequest, batch: Batch) -> BatchItem | None:
    """Of the field `item`; None where it is left blank or makes no sense."""
    try:
        key = uuid.UUID(request.POST.get("item", ""))
    except ValueError:
        return None
    found: BatchItem | None = batch.items.filter(pk=key).first()
    return found


@require_GET
@team_view(Can.PRODUCE)
def item_subtitles(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """The live part of one video's page."""
    item = find_item(batch_id, item_id)
    screen = ItemSubtitles(item, request.GET.get("srt", ""), str(request.user.pk))
    return live_part(
        request,
        "dubbing/item/_subtitles.html",
        revision=screen.revision,
        context=lambda: {"batch": item.batch, "item": item},
    )


Command = Callable[[Actor], str | None]


def _after(request: TeamRequest, batch: Batch, command: Command) -> HttpResponse:
    """Carries it out and shows the part it was pressed on, or leads back to the page."""
    words, group = "", "go"
    try:
        words = command(Actor(user=request.user)) or ""
    except ValidationError as error:
        words, group = " ".join(error.messages), "broken"
    item = _shown_item(request, batch)
    if request.headers.get("HX-Request"):
        template = "dubbing/item/_subtitles.html" if item else "dubbing/batch/_subtitles.html"
        context = {"batch": batch, "item": item, "said": words, "said_group": group}
        return render(request, template, context | {"is_open": True})
    if words:
        messages.add_message(request, messages.ERROR if group == "broken" else messages.INFO, words)
    if item:
        return redirect(item_address(item, request.POST.get("srt", "")))
    return redirect("dubbing:batch-detail", batch.pk)


def _shown_item(request: TeamRequest, batch: Batch) -> BatchItem | None:
    try:
        key = uuid.UUID(request.POST.get("page", ""))
    except ValueError:
        return None
    return find_item(batch.pk, key)


@require_POST
@team_view(Can.PRODUCE)
def subtitles_again(request: TeamRequest, batch_id: uuid.UUID) -> HttpResponse:
    batch = find_batch(batch_id)

    def look(actor: Actor) -> str:
        found = len(place_again(batch=batch, actor=actor))
        if found:
            return f"{found:,} more found their place."
        # The page looks by itself where new videos came; only a person wants to hear of nothing.
        return "" if "unasked" in request.POST else "None of them found its place."

    return _after(request, batch, look)


@require_POST
@team_view(Can.PRODUCE)
def subtitle_place(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    subtitle = find_subtitle(batch_id, subtitle_id)

    def place(actor: Actor) -> None:
        item = _named_item(request, subtitle.batch)
        if item is None:
            raise ValidationError("Choose the video it belongs to.", code="required")
        locale = request.POST.get("locale", "")
        assign_subtitle(subtitle=subtitle, actor=actor, item=item, locale=locale)

    return _after(request, subtitle.batch, place)


@require_POST
@team_view(Can.PRODUCE)
def subtitle_mend(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    subtitle, mend = find_subtitle(batch_id, subtitle_id), request.POST.get("mend", "")

    def change(actor: Actor) -> None:
        if mend == ALL:
            mend_all(subtitle=subtitle, actor=actor)
        else:
            mend_subtitle(subtitle=subtitle, actor=actor, mend=mend)

    return _after(request, subtitle.batch, change)


@require_POST
@team_view(Can.PRODUCE)
def subtitle_undo(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    subtitle = find_subtitle(batch_id, subtitle_id)

    def undo(actor: Actor) -> None:
        undo_mend(subtitle=subtitle, actor=actor)

    return _after(request, subtitle.batch, undo)


@require_POST
@team_view(Can.PRODUCE)
def subtitle_remove(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    subtitle = find_subtitle(batch_id, subtitle_id)
    return _after(
        request, subtitle.batch, lambda actor: remove_subtitle(subtitle=subtitle, actor=actor)
    )


@require_POST
@team_view(Can.PRODUCE)
def subtitle_restore(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    subtitle = find_subtitle(batch_id, subtitle_id)

    def restore(actor: Actor) -> None:
        restore_subtitle(subtitle=subtitle, actor=actor)

    return _after(request, subtitle.batch, restore)


@require_GET
@team_view(Can.PRODUCE)
def subtitle_original(
    request: TeamRequest, batch_id: uuid.UUID, subtitle_id: uuid.UUID
) -> HttpResponse:
    """The file as it was given, or by `?as=srt` as it will be sent. Never shown, only saved."""
    subtitle = find_subtitle(batch_id, subtitle_id)
    path = PurePosixPath(subtitle.name)
    is_srt = request.GET.get("as") == "srt"
    content = subtitle.text.encode() if is_srt else bytes(subtitle.original)
    response = HttpResponse(content, content_type="application/octet-stream")
    name = path.with_suffix(".srt").name if is_srt else path.name
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    header = content_disposition_header(True, name)
    return header or "attachment"


@require_POST
@team_view(Can.PRODUCE)
def subtitles_read(request: TeamRequest) -> JsonResponse:
    """For the form of one video: which language each file is, and what it holds as SRT."""
    try:
        found = read_for_languages(
            files=given_files(request),
            wanted=request.POST.getlist("languages"),
            title=request.POST.get("title", ""),
        )
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=422)
    return JsonResponse({"files": [vars(one) for one in found]})
