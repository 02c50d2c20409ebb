from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.archives import (
    ArchiveSerializer,
    NewArchiveSerializer,
    read_choice,
    read_new_archive,
)
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, UNDOING, WRITING, operation
from dubbing.api.filters import PageSerializer, read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.paging import NEWEST_FIRST, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.serializers import paged
from dubbing.models import DownloadArchive
from dubbing.services.downloads import delete_archive, make_archive

TAG = "Downloads"


class ArchivesView(TeamAPIView):
    needs = {"GET": Can.DOWNLOAD, "POST": Can.DOWNLOAD}

    @operation(
        "list_archives",
        tag=TAG,
        parameters=[PageSerializer],
        answers={200: paged(ArchiveSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """Downloads that were made, newest first."""
        filters = read_filters(request, PageSerializer)
        rows, neighbours = answer_page(
            request,
            DownloadArchive.objects.all(),
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        told = ArchiveSerializer(rows, many=True, context={"member": self.key.pk}).data
        return Response({"results": told, **neighbours})

    @operation(
        "create_archive",
        tag=TAG,
        request=NewArchiveSerializer,
        answers={201: ArchiveSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Many films as one download. What it holds is fixed now: ask for it until its state is
        `ready`, which it mostly is at once, then fetch its parts."""
        body = read_body(request)
        return answer_once(request, self.key, body, lambda id: self._make(body, id))

    def _make(self, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        given = read_new_archive(body)
        choice = read_choice(given)
        archive = make_archive(
            team=self.key.team,
            actor=self.actor,
            dubbings=choice.dubbings(),
            pattern=given["pattern"],
            include_srt=given["include_srt"],
            part_bytes=given.get("part_bytes"),
            submission=submission,
        )
        return self._answer(archive, 201)

    def _answer(self, archive: DownloadArchive, status: int) -> Response:
        return Response(ArchiveSerializer(archive, context={"member": self.key.pk}).data, status)


class ArchiveView(TeamAPIView):
    needs = {"GET": Can.DOWNLOAD, "DELETE": Can.DOWNLOAD}

    @operation("read_archive", tag=TAG, answers={200: ArchiveSerializer}, errors=READING)
    def get(self, request: Request, archive_id: uuid.UUID) -> Response:
        """What it holds, and the links it is fetched by: new ones each time."""
        archive = DownloadArchive.objects.get(pk=archive_id)
        return Response(ArchiveSerializer(archive, context={"member": self.key.pk}).data)

    @operation("delete_archive", tag=TAG, request=None, answers={204: None}, errors=UNDOING)
    def delete(self, request: Request, archive_id: uuid.UUID) -> Response:
        """Its links open nothing from now on. The films stay."""
        delete_archive(archive=DownloadArchive.objects.get(pk=archive_id))
        return Response(status=204)
