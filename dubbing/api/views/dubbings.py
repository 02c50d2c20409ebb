from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import CHANGING, UNDOING, operation
from dubbing.api.filters import DubbingFiltersSerializer, read_filters, read_shared
from dubbing.api.paging import NEWEST_FIRST, Order, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.review_inputs import WorkSerializer, read_work_values
from dubbing.api.serializers import PEOPLE, DubbingSerializer, paged
from dubbing.filters import DubbingFilter
from dubbing.models import Dubbing, Version
from dubbing.services.takebacks import take_back_waiting
from dubbing.services.work import change_work, read_work

TAG = "Dubbings"
# An asset's time moves with whatever changes beneath it, and has an index.
OLDEST_CHANGE_FIRST = Order(("asset__updated_at", "id"), descending=False)
LOOKUPS = {
    "asset": "asset",
    "remote_id": "remote_id",
    "updated_since": "asset__updated_at__gte",
}


def all_dubbings() -> QuerySet[Dubbing]:
    return _whole(Dubbing.objects.all())


def _whole(dubbings: Any) -> QuerySet[Dubbing]:
    """With all that an answer shows of each."""
    rows: QuerySet[Dubbing] = dubbings.select_related("asset", *PEOPLE)
    return rows.prefetch_related("versions__messages")


def matching_dubbings(filters: dict[str, Any], shared: DubbingFilter) -> QuerySet[Dubbing]:
    conditions = {lookup: filters[name] for name, lookup in LOOKUPS.items() if name in filters}
    if "version_remote_id" in filters:
        versions = Version.objects.filter(remote_id=filters["version_remote_id"])
        conditions["pk__in"] = versions.values("dubbing")
    # Of a video that is named, hidden or not.
    found = Dubbing.objects.filter(shared.dubs_condition) if "asset" in filters else None
    return _whole(shared.dubbings() if found is None else found).filter(**conditions)


class DubbingsView(TeamAPIView):
    needs = {"GET": Can.VIEW}

    @operation(
        "list_dubbings",
        tag=TAG,
        parameters=[DubbingFiltersSerializer],
        answers={200: paged(DubbingSerializer)},
    )
    def get(self, request: Request) -> Response:
        """Dubbings with their versions, newest first.

        With `updated_since`: those of videos that changed since, the oldest change first. Those of
        hidden videos come only when `asset` asks for them.
        """
        filters = read_filters(request, DubbingFiltersSerializer)
        rows, neighbours = answer_page(
            request,
            matching_dubbings(filters, read_shared(request)),
            order=OLDEST_CHANGE_FIRST if "updated_since" in filters else NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": DubbingSerializer(rows, many=True).data, **neighbours})


class DubbingView(TeamAPIView):
    needs = {"GET": Can.VIEW, "PATCH": Can.PRODUCE}

    @operation("read_dubbing", tag=TAG, answers={200: DubbingSerializer})
    def get(self, request: Request, dubbing_id: uuid.UUID) -> Response:
        """One target language of a video, with its versions."""
        return Response(DubbingSerializer(all_dubbings().get(pk=dubbing_id)).data)

    @operation(
        "update_dubbing",
        tag=TAG,
        request=WorkSerializer,
        answers={200: DubbingSerializer},
        errors=CHANGING,
    )
    def patch(self, request: Request, dubbing_id: uuid.UUID) -> Response:
        """Who has it in hand, who judges it, by when, how urgently. What is left out stays."""
        given, revision = read_work_values(read_body(request))
        change_work(
            dubbings=Dubbing.objects.get(pk=dubbing_id),
            changes=read_work(given),
            actor=self.actor,
            revision=revision,
        )
        return Response(DubbingSerializer(all_dubbings().get(pk=dubbing_id)).data)


class DubbingCommandView(TeamAPIView):
    needs = {"DELETE": Can.PRODUCE}

    @operation(
        "take_back_dubbing_command",
        tag=TAG,
        request=None,
        answers={200: DubbingSerializer},
        errors=UNDOING,
    )
    def delete(self, request: Request, dubbing_id: uuid.UUID) -> Response:
        """Undo: the command that asks for this language and still waits to be sent is taken back,
        with the other languages that were asked for in the same call."""
        take_back_waiting(dubbing=Dubbing.objects.get(pk=dubbing_id), actor=self.actor)
        return Response(DubbingSerializer(all_dubbings().get(pk=dubbing_id)).data)
