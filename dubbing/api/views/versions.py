from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, UNDOING, WRITING, operation
from dubbing.api.idempotency import answer_once
from dubbing.api.inputs import NothingSerializer, refuse_values
from dubbing.api.parsers import read_body
from dubbing.api.serializers import StudioLinkSerializer, VersionDetailSerializer
from dubbing.models import Version
from dubbing.services.links import film_location
from dubbing.services.takebacks import take_back_waiting
from dubbing.services.versions import (
    generate_version,
    has_own_copy,
    latest_film,
    make_result_link,
    make_studio_link,
    revise_version,
)
from dubbing.states import VersionStatus

TAG = "Versions"
LOGIN_NEEDED = "Panjaya login needed: this link is not signed."


def find_version(version_id: uuid.UUID) -> Version:
    rows = Version.objects.select_related("dubbing", "asset__connection")
    version: Version = rows.prefetch_related("messages").get(pk=version_id)
    return version


class VersionView(TeamAPIView):
    needs = {"GET": Can.VIEW}

    @operation("read_version", tag=TAG, answers={200: VersionDetailSerializer})
    def get(self, request: Request, version_id: uuid.UUID) -> Response:
        """A dub as it can be edited, generated and downloaded."""
        return Response(VersionDetailSerializer(find_version(version_id)).data)


class VersionCommandView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}
    command: Callable[..., None]

    def answer(self, request: Request, version_id: uuid.UUID) -> HttpResponseBase:
        version, body = find_version(version_id), read_body(request)
        refuse_values(body)
        return answer_once(request, self.key, body, lambda _: self._carry_out(version))

    def _carry_out(self, version: Version) -> Response:
        type(self).command(version=version, actor=self.actor)
        return Response(VersionDetailSerializer(find_version(version.pk)).data, 202)


class GenerateView(VersionCommandView):
    command = generate_version

    @operation(
        "generate_version",
        tag=TAG,
        request=NothingSerializer,
        answers={202: VersionDetailSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, version_id: uuid.UUID) -> HttpResponseBase:
        """Have the film made. Editing is locked meanwhile."""
        return self.answer(request, version_id)


class ReviseView(VersionCommandView):
    command = revise_version

    @operation(
        "revise_version",
        tag=TAG,
        request=NothingSerializer,
        answers={202: VersionDetailSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, version_id: uuid.UUID) -> HttpResponseBase:
        """Open it for editing again. Panjaya deletes its film for good; our copy stays."""
        return self.answer(request, version_id)


class WaitingCommandView(TeamAPIView):
    needs = {"DELETE": Can.PRODUCE}

    @operation(
        "take_back_version_command",
        tag=TAG,
        request=None,
        answers={200: VersionDetailSerializer},
        errors=UNDOING,
    )
    def delete(self, request: Request, version_id: uuid.UUID) -> Response:
        """Undo: a generation or revision that still waits to be sent is taken back."""
        take_back_waiting(version=find_version(version_id), actor=self.actor)
        return Response(VersionDetailSerializer(find_version(version_id)).data)


class StudioLinkView(TeamAPIView):
    needs = {"POST": Can.EDIT_IN_STUDIO}

    @operation(
        "make_studio_link",
        tag=TAG,
        request=NothingSerializer,
        answers={200: StudioLinkSerializer},
        errors=(400, 401, 403, 404, 409, 415, 502),
    )
    def post(self, request: Request, version_id: uuid.UUID) -> Response:
        """A link to the version in Panjaya's studio, made now; it lapses, so make it on demand."""
        version = find_version(version_id)
        refuse_values(read_body(request))
        link = make_studio_link(version=version)
        told = {
            "studio_url": link.url,
            "signed": link.signed,
            "note": "" if link.signed else LOGIN_NEEDED,
        }
        return Response(StudioLinkSerializer(told).data, headers={"Cache-Control": "no-store"})


class ResultView(TeamAPIView):
    needs = {"GET": Can.DOWNLOAD}

    @operation(
        "read_result",
        tag=TAG,
        answers={302: OpenApiResponse(None, "To the film, by a link that lapses.")},
        errors=(*READING, 409, 502),
    )
    def get(self, request: Request, version_id: uuid.UUID) -> HttpResponseRedirect:
        """The film: our own copy, or Panjaya's while ours is being made.

        After a revise it is the last film that was made, until there is a newer one.
        """
        link = self._link(find_version(version_id))
        return HttpResponseRedirect(link, headers={"Cache-Control": "no-store"})

    def _link(self, version: Version) -> str:
        is_awaited = version.status == VersionStatus.COMPLETED and not has_own_copy(version)
        film = None if is_awaited else latest_film(version)
        if film is None:
            return make_result_link(version=version)
        return film_location(film=film, member=str(self.key.pk))
