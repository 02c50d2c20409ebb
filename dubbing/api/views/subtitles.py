from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, WRITING, operation
from dubbing.api.idempotency import answer_once
from dubbing.api.parsers import read_body
from dubbing.api.subtitles import (
    SUBTITLES,
    MendSerializer,
    NewSubtitlesSerializer,
    PlaceSerializer,
    SubtitleRowSerializer,
    SubtitleSerializer,
    read_mend,
    read_new_subtitles,
    read_place,
)
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.subtitles import (
    add_subtitle_files,
    assign_subtitle,
    mend_all,
    mend_subtitle,
    remove_subtitle,
    undo_mend,
)

TAG = "Batches"
UNDO, ALL = "undo", "all"


def find_subtitle(batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> SubtitleFile:
    rows = SubtitleFile.objects.select_related("batch", "item__upload")
    subtitle: SubtitleFile = rows.get(pk=subtitle_id, batch=batch_id)
    return subtitle


def find_item(batch_id: uuid.UUID, item_id: uuid.UUID) -> BatchItem:
    item: BatchItem = BatchItem.objects.get(pk=item_id, batch=batch_id)
    return item


class SubtitlesView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "POST": Can.PRODUCE}

    @operation("list_subtitles", tag=TAG, answers={200: SUBTITLES}, errors=READING)
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Every subtitle file of a batch: where it belongs, and what was found in it."""
        batch = Batch.objects.get(pk=batch_id)
        rows = SubtitleFile.objects.filter(batch=batch, removed_at=None).defer("original", "text")
        return Response({"results": SubtitleRowSerializer(rows, many=True).data})

    @operation(
        "add_subtitles",
        tag=TAG,
        request=NewSubtitlesSerializer,
        answers={201: SUBTITLES},
        errors=WRITING,
        repeatable=True,
        examples={
            "By their names": {
                "files": [
                    {"name": "show.es.srt", "text": "1\n00:00:01,000 --> 00:00:02,500\nHola\n"}
                ]
            }
        },
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> HttpResponseBase:
        """Give subtitle files of many formats. Each finds its video and language by its name,
        is made SRT and checked; those without an `item` wait for a place."""
        batch, body = Batch.objects.get(pk=batch_id), read_body(request)
        return answer_once(request, self.key, body, lambda _: self._add(batch, body))

    def _add(self, batch: Batch, body: dict[str, Any]) -> Response:
        given = read_new_subtitles(body)
        places = [
            find_item(batch.pk, entry["item"]) if entry.get("item") else None for entry in given
        ]
        files = add_subtitle_files(
            batch=batch, actor=self.actor, files=[entry["file"] for entry in given]
        )
        for index, (entry, item) in enumerate(zip(given, places, strict=True)):
            if item is not None:
                locale = entry.get("locale") or ""
                files[index] = assign_subtitle(
                    subtitle=files[index], actor=self.actor, item=item, locale=locale
                )
        return Response({"results": SubtitleRowSerializer(files, many=True).data}, 201)


class SubtitleView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "PATCH": Can.PRODUCE, "DELETE": Can.PRODUCE}
    http_method_names = ["get", "head", "patch", "delete"]

    @operation("read_subtitle", tag=TAG, answers={200: SubtitleSerializer}, errors=READING)
    def get(self, request: Request, batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> Response:
        """One file with its text as it would be sent."""
        return Response(SubtitleSerializer(find_subtitle(batch_id, subtitle_id)).data)

    @operation(
        "place_subtitle",
        tag=TAG,
        request=PlaceSerializer,
        answers={200: SubtitleSerializer},
        errors=WRITING,
    )
    def patch(self, request: Request, batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> Response:
        """Say which video and language it is for. A file that was there waits for another place."""
        subtitle, place = find_subtitle(batch_id, subtitle_id), read_place(read_body(request))
        placed = assign_subtitle(
            subtitle=subtitle,
            actor=self.actor,
            item=find_item(batch_id, place["item"]),
            locale=place["locale"],
        )
        return Response(SubtitleSerializer(placed).data)

    @operation("remove_subtitle", tag=TAG, answers={204: None}, errors=WRITING)
    def delete(self, request: Request, batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> Response:
        """Out of the batch; on the batch's page it can be put back."""
        remove_subtitle(subtitle=find_subtitle(batch_id, subtitle_id), actor=self.actor)
        return Response(status=204)


class SubtitleMendView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "mend_subtitle",
        tag=TAG,
        request=MendSerializer,
        answers={200: SubtitleSerializer},
        errors=WRITING,
    )
    def post(self, request: Request, batch_id: uuid.UUID, subtitle_id: uuid.UUID) -> Response:
        """Make a mend that its findings offer; `all` makes those that need no choice. The original
        is kept: `undo` takes the last mend back."""
        subtitle, mend = find_subtitle(batch_id, subtitle_id), read_mend(read_body(request))
        if mend in (UNDO, ALL):
            make = undo_mend if mend == UNDO else mend_all
            made = make(subtitle=subtitle, actor=self.actor)
        else:
            made = mend_subtitle(subtitle=subtitle, actor=self.actor, mend=mend)
        return Response(SubtitleSerializer(made).data)
