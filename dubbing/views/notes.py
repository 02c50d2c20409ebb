"""Notes on a dub. The page's script asks for the list alone; without one the whole page comes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.reviews import NoteForm, NoteTextForm
from dubbing.models import Note, Version
from dubbing.screens.notes import notes_of
from dubbing.services.actors import Actor
from dubbing.services.notes import (
    add_note,
    delete_note,
    edit_note,
    reopen_note,
    reply_to_note,
    resolve_note,
)


def find_note(note_id: uuid.UUID) -> Note:
    rows = Note.objects.select_related("dubbing__locale", "asset", "version", "author")
    note: Note = get_object_or_404(rows, pk=note_id)
    return note


def _page_of(note: Note) -> str:
    """Where the note stands."""
    version = note.version_id or note.dubbing.current_id
    if version is None:
        return reverse("dubbing:asset-detail", args=[note.asset_id]) + "?tab=review"
    first = note.reply_to_id or note.pk
    return reverse("dubbing:version-detail", args=[version]) + f"#note-{first}"


@require_POST
@team_view(Can.REVIEW)
def note_add(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    related = ("asset", "dubbing__locale", "dubbing__asset")
    version: Version = get_object_or_404(Version.objects.select_related(*related), pk=version_id)
    form = NoteForm(request.POST)
    note = None
    if form.is_valid():
        try:
            note = add_note(
                dubbing=version.dubbing,
                version=version,
                actor=Actor(user=request.user),
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_service_errors(error)
    if request.headers.get("HX-Request"):
        return _list_of(request, version, NoteForm() if note else form)
    if note:
        return redirect(_page_of(note))
    context = {"version": version, "form": form}
    return render(request, "dubbing/note/add.html", context, status=422)


def _list_of(request: TeamRequest, version: Version, form: NoteForm) -> HttpResponse:
    notes = notes_of(version.dubbing, request.membership)
    context = {"notes": notes, "version": version, "note_form": form}
    status = 422 if form.is_bound else 200
    return render(request, "dubbing/note/_notes.html", context, status=status)


def _after(request: TeamRequest, note: Note, deed: Callable[..., Any]) -> HttpResponse:
    """Carries it out; the list comes back where the script asked for it."""
    try:
        deed(note=note, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_page_of(note))
    if request.headers.get("HX-Request") and note.version is not None:
        return _list_of(request, note.version, NoteForm())
    return redirect(_page_of(note))


@require_POST
@team_view(Can.REVIEW)
def note_resolve(request: TeamRequest, note_id: uuid.UUID) -> HttpResponse:
    return _after(request, find_note(note_id), resolve_note)


@require_POST
@team_view(Can.REVIEW)
def note_reopen(request: TeamRequest, note_id: uuid.UUID) -> HttpResponse:
    return _after(request, find_note(note_id), reopen_note)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.REVIEW)
def note_reply(request: TeamRequest, note_id: uuid.UUID) -> HttpResponse:
    return _words(request, find_note(note_id), reply_to_note, "", "Reply", "Your reply")


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.REVIEW)
def note_edit(request: TeamRequest, note_id: uuid.UUID) -> HttpResponse:
    note = find_note(note_id)
    return _words(request, note, edit_note, note.text, "Save", "The note")


def _words(
    request: TeamRequest,
    note: Note,
    deed: Callable[..., Any],
    initial: str,
    verb: str,
    label: str,
) -> HttpResponse:
    """A page, or a dialog, with one text."""
    is_post = request.method == "POST"
    form = NoteTextForm(request.POST if is_post else None, initial={"text": initial})
    if is_post and form.is_valid():
        try:
            deed(note=note, actor=Actor(user=request.user), text=form.cleaned_data["text"])
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect(_page_of(note))
    form.fields["text"].label = label
    context = {"note": note, "form": form, "verb": verb, "back_url": _page_of(note)}
    return render(request, "dubbing/note/words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.REVIEW)
def note_delete(request: TeamRequest, note_id: uuid.UUID) -> HttpResponse:
    note = find_note(note_id)
    if request.method == "POST":
        return _after(request, note, delete_note)
    return render(request, "dubbing/note/delete.html", {"note": note, "back_url": _page_of(note)})
