from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import CHANGING, UNDOING, WRITING, operation
from dubbing.api.filters import PageSerializer, read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.paging import Order, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.review_inputs import (
    NewNoteSerializer,
    NoteChangeSerializer,
    NoteTextSerializer,
    read_values,
)
from dubbing.api.review_serializers import DubNoteSerializer, told_note
from dubbing.api.serializers import paged
from dubbing.models import Dubbing, Note, Version
from dubbing.services.notes import (
    add_note,
    delete_note,
    edit_note,
    reopen_note,
    reply_to_note,
    resolve_note,
)

TAG = "Notes"
OLDEST_FIRST = Order(("id",), descending=False)


def find_note(note_id: uuid.UUID) -> Note:
    note: Note = Note.objects.select_related("asset", "dubbing__asset").get(pk=note_id)
    return note


class NotesView(TeamAPIView):
    needs = {"GET": Can.VIEW, "POST": Can.REVIEW}

    @operation(
        "list_notes",
        tag=TAG,
        parameters=[PageSerializer],
        answers={200: paged(DubNoteSerializer)},
    )
    def get(self, request: Request, dubbing_id: uuid.UUID) -> Response:
        """Notes and replies of one dubbing, oldest first."""
        filters = read_filters(request, PageSerializer)
        dubbing = Dubbing.objects.get(pk=dubbing_id)
        rows, neighbours = answer_page(
            request,
            Note.objects.filter(dubbing=dubbing).select_related(
                "author", "author_key", "resolved_by"
            ),
            order=OLDEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": DubNoteSerializer(rows, many=True).data, **neighbours})

    @operation(
        "add_note",
        tag=TAG,
        request=NewNoteSerializer,
        answers={201: DubNoteSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"At a moment": {"text": "Too fast for the lips.", "at_seconds": "0:09.5"}},
    )
    def post(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        """A note at a moment of the film, or about all of it."""
        dubbing = Dubbing.objects.select_related("asset").get(pk=dubbing_id)
        body = read_body(request)
        values = read_values(NewNoteSerializer, body)
        version_id = values.pop("version", None)
        if version_id is not None:
            values["version"] = Version.objects.get(pk=version_id, dubbing=dubbing)
        return answer_once(request, self.key, body, lambda _: self._add(dubbing, values))

    def _add(self, dubbing: Dubbing, values: dict[str, Any]) -> Response:
        note = add_note(dubbing=dubbing, actor=self.actor, **values)
        return Response(told_note(note.pk), 201)


class NoteView(TeamAPIView):
    needs = {"GET": Can.VIEW, "PATCH": Can.REVIEW, "DELETE": Can.REVIEW}

    @operation("read_note", tag=TAG, answers={200: DubNoteSerializer})
    def get(self, request: Request, note_id: uuid.UUID) -> Response:
        """One note or reply."""
        return Response(told_note(note_id))

    @operation(
        "update_note",
        tag=TAG,
        request=NoteChangeSerializer,
        answers={200: DubNoteSerializer},
        errors=CHANGING,
    )
    def patch(self, request: Request, note_id: uuid.UUID) -> Response:
        """Resolves it, opens it again, or gives it other words."""
        note, values = find_note(note_id), read_values(NoteChangeSerializer, read_body(request))
        if "text" in values:
            edit_note(note=note, text=values["text"], actor=self.actor)
        if "resolved" in values:
            settle = resolve_note if values["resolved"] else reopen_note
            settle(note=note, actor=self.actor)
        return Response(told_note(note_id))

    @operation("delete_note", tag=TAG, request=None, answers={204: None}, errors=UNDOING)
    def delete(self, request: Request, note_id: uuid.UUID) -> Response:
        """Takes one's own note away, unless others have answered it."""
        delete_note(note=find_note(note_id), actor=self.actor)
        return Response(status=204)


class RepliesView(TeamAPIView):
    needs = {"POST": Can.REVIEW}

    @operation(
        "reply_to_note",
        tag=TAG,
        request=NoteTextSerializer,
        answers={201: DubNoteSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, note_id: uuid.UUID) -> HttpResponseBase:
        """Answers a note; a reply to a reply stands beneath the same note."""
        note, body = find_note(note_id), read_body(request)
        text = read_values(NoteTextSerializer, body)["text"]
        return answer_once(request, self.key, body, lambda _: self._reply(note, text))

    def _reply(self, note: Note, text: str) -> Response:
        reply = reply_to_note(note=note, text=text, actor=self.actor)
        return Response(told_note(reply.pk), 201)
