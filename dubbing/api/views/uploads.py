from __future__ import annotations

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import ApiKeyAuthentication, MemberAuthentication
from accounts.models import ApiKey
from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, WRITING, operation
from dubbing.api.filters import read_filters
from dubbing.api.paging import NEWEST_FIRST, answer_page
from dubbing.api.serializers import paged
from dubbing.api.uploads import (
    CREATION_HEADERS,
    UploadFiltersSerializer,
    UploadSerializer,
    abilities,
    read_announcement,
    tus_headers,
)
from dubbing.models import Upload
from dubbing.services.uploads import give_up_upload, notice_arrival, start_upload

TAG = "Uploads"


class UploadAPIView(TeamAPIView):
    """For programs with a key, and for the desk's own pages with their session."""

    authentication_classes = (ApiKeyAuthentication, MemberAuthentication)

    @property
    def member(self) -> str:
        """The id of whom permits are given to."""
        caller = self.caller
        return str(caller.pk if isinstance(caller, ApiKey) else caller.user_id)

    def described(self, uploads: Any, *, many: bool = False) -> Any:
        return UploadSerializer(uploads, many=many, context={"member": self.member}).data


class UploadsView(UploadAPIView):
    needs = {"GET": Can.PRODUCE, "POST": Can.PRODUCE, "OPTIONS": Can.PRODUCE}
    http_method_names = ["get", "head", "post", "options"]

    @operation(
        "list_uploads",
        tag=TAG,
        parameters=[UploadFiltersSerializer],
        answers={200: paged(UploadSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """The team's uploads, newest first: those coming in, and those that are here."""
        filters = read_filters(request, UploadFiltersSerializer)
        rows = Upload.objects.all()
        rows = rows.filter(**{name: filters[name] for name in EQUALS if name in filters})
        if filters["mine"]:
            rows = rows.filter(created_by=self.actor.user, created_by_key=self.actor.key)
        page, neighbours = answer_page(
            request,
            rows,
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": self.described(page, many=True), **neighbours})

    @operation(
        "create_upload",
        tag=TAG,
        request=None,
        parameters=CREATION_HEADERS,
        answers={201: UploadSerializer},
        errors=(*WRITING, 412, 507),
    )
    def post(self, request: Request) -> Response:
        """Begin a resumable upload, by the tus protocol 1.0 (tus.io).

        The answer's `Location` takes the bytes by PATCH, in as many pieces as you like; HEAD there
        tells how far it is, DELETE gives it up. Its extensions are checksum (sha1, sha256),
        termination and expiration. A broken connection loses nothing: ask by HEAD and go on from
        there. When the address has lapsed (410), read the upload for a new one. When all bytes are
        there, read the upload until its `state` is `ready`: then its id is what `upload` takes in
        a new asset. One that no video is made of is swept away at `expires_at`. A repeated
        creation costs nothing, so there is no Idempotency-Key.
        """
        told = read_announcement(request)
        upload = start_upload(
            team=self.caller.team,
            actor=self.actor,
            name=told.name,
            size=told.size,
            content_type=told.content_type,
            checksum=told.checksum,
            fingerprint=told.fingerprint,
        )
        described = self.described(upload)
        headers = tus_headers(upload) | {"Location": described["location"]}
        return Response(described, 201, headers=headers)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers=abilities())


EQUALS = ("state", "fingerprint")


class UploadView(UploadAPIView):
    needs = {"GET": Can.PRODUCE, "DELETE": Can.PRODUCE}

    @operation("read_upload", tag=TAG, answers={200: UploadSerializer}, errors=READING)
    def get(self, request: Request, upload_id: uuid.UUID) -> Response:
        """How far it is, what it was found to be, and a fresh address while bytes are missing."""
        upload = Upload.objects.get(pk=upload_id)
        notice_arrival(upload=upload)
        return Response(self.described(upload), headers=tus_headers(upload))

    @operation("give_up_upload", tag=TAG, answers={204: None}, errors=(*READING, 409))
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Give it up: what came of it is removed. Not possible once a video was made of it."""
        give_up_upload(upload=Upload.objects.get(pk=upload_id), actor=self.actor)
        return Response(status=204, headers=tus_headers())
