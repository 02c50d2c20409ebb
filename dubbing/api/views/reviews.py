from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import UNDOING, WRITING, operation
from dubbing.api.fields import StrictSerializer
from dubbing.api.idempotency import answer_once
from dubbing.api.inputs import NothingSerializer, refuse_values
from dubbing.api.parsers import read_body
from dubbing.api.review_inputs import RevisionSerializer, VerdictSerializer, read_values
from dubbing.api.serializers import PEOPLE, DubbingSerializer
from dubbing.models import Dubbing, Version
from dubbing.services.reviews import (
    approve,
    ask_revision,
    pin_version,
    reset_review,
    start_review,
    unpin_version,
)

TAG = "Reviews"


def _told(dubbing_id: uuid.UUID) -> Response:
    rows: QuerySet[Dubbing] = Dubbing.objects.select_related("asset", *PEOPLE)
    found = rows.prefetch_related("versions__messages").get(pk=dubbing_id)
    return Response(DubbingSerializer(found).data)


class VerdictView(TeamAPIView):
    needs = {"POST": Can.REVIEW}
    verdict: Callable[..., Dubbing]
    shape: ClassVar[type[StrictSerializer]] = VerdictSerializer

    def answer(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        dubbing = Dubbing.objects.select_related("asset").get(pk=dubbing_id)
        body = read_body(request)
        values = read_values(type(self).shape, body)
        version_id = values.pop("version", None)
        if version_id is not None:
            values["version"] = Version.objects.get(pk=version_id, dubbing=dubbing)
        return answer_once(request, self.key, body, lambda _: self._judge(dubbing, values))

    def _judge(self, dubbing: Dubbing, values: dict[str, Any]) -> Response:
        type(self).verdict(dubbing=dubbing, actor=self.actor, **values)
        return _told(dubbing.pk)


class ApproveView(VerdictView):
    verdict = approve

    @operation(
        "approve_dubbing",
        tag=TAG,
        request=VerdictSerializer,
        answers={200: DubbingSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        """The current version, draft or film, is good."""
        return self.answer(request, dubbing_id)


class AskRevisionView(VerdictView):
    verdict = ask_revision
    shape = RevisionSerializer

    @operation(
        "ask_revision",
        tag=TAG,
        request=RevisionSerializer,
        answers={200: DubbingSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"At a moment": {"reason": "The name is Marlow.", "at_seconds": "1:02.5"}},
    )
    def post(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        """It is not good yet; the reason also becomes a note."""
        return self.answer(request, dubbing_id)


class StartReviewView(VerdictView):
    verdict = start_review

    @operation(
        "start_review",
        tag=TAG,
        request=VerdictSerializer,
        answers={200: DubbingSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        """Somebody looks at it now: others see that."""
        return self.answer(request, dubbing_id)


class ResetReviewView(VerdictView):
    verdict = reset_review

    @operation(
        "reset_review",
        tag=TAG,
        request=VerdictSerializer,
        answers={200: DubbingSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, dubbing_id: uuid.UUID) -> HttpResponseBase:
        """Takes a verdict back, or a review that was begun."""
        return self.answer(request, dubbing_id)


class PinView(TeamAPIView):
    needs = {"POST": Can.PRODUCE, "DELETE": Can.PRODUCE}

    @operation(
        "pin_version",
        tag=TAG,
        request=NothingSerializer,
        answers={200: DubbingSerializer},
        errors=WRITING,
    )
    def post(self, request: Request, version_id: uuid.UUID) -> Response:
        """It is the dubbing's current version from now on, whatever comes after it."""
        refuse_values(read_body(request))
        dubbing = pin_version(version=Version.objects.get(pk=version_id), actor=self.actor)
        return _told(dubbing.pk)

    @operation(
        "unpin_version", tag=TAG, request=None, answers={200: DubbingSerializer}, errors=UNDOING
    )
    def delete(self, request: Request, version_id: uuid.UUID) -> Response:
        """The newest version is the current one again."""
        version = Version.objects.select_related("dubbing").get(pk=version_id)
        return _told(unpin_version(dubbing=version.dubbing, actor=self.actor).pk)
