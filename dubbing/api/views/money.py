from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, WRITING, operation
from dubbing.api.filters import read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.money import (
    AskedEstimateSerializer,
    EstimateSerializer,
    LineFiltersSerializer,
    MonthFilterSerializer,
    MonthSerializer,
    Release,
    ReleasedSerializer,
    ReleaseSerializer,
    SpendLineSerializer,
    read_piece,
    read_release,
)
from dubbing.api.paging import NEWEST_FIRST, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.serializers import paged
from dubbing.models import SpendEntry
from dubbing.screens.month import MonthSums
from dubbing.screens.quotes import quote_for
from dubbing.services.money import month_of
from dubbing.services.releases import held_messages, release_messages

TAG = "Money"
LINE_FILTERS = frozenset({"month", "state", "asset"})


class MoneyView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation(
        "read_month",
        tag=TAG,
        parameters=[MonthFilterSerializer],
        answers={200: MonthSerializer},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """What a month came to by your own rates, against its ceiling."""
        filters = read_filters(request, MonthFilterSerializer)
        month = filters.get("month") or month_of(timezone.now())
        return Response(MonthSerializer(MonthSums(self.key.team_id, month)).data)


class MoneyLinesView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation(
        "list_spending",
        tag=TAG,
        parameters=[LineFiltersSerializer],
        answers={200: paged(SpendLineSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """One line for each dub that was sent or waits for a release, newest first."""
        filters = read_filters(request, LineFiltersSerializer)
        rows = SpendEntry.objects.select_related("asset", "dubbing")
        found, neighbours = answer_page(
            request,
            rows.filter(**{name: filters[name] for name in filters.keys() & LINE_FILTERS}),
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": SpendLineSerializer(found, many=True).data, **neighbours})


class EstimatesView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "estimate",
        tag=TAG,
        request=AskedEstimateSerializer,
        answers={200: EstimateSerializer},
        errors=WRITING,
        examples={"A minute of a link in two languages": {
            "media_url": "https://media.example.org/talk.mp4",
            "languages": [{"locale": "de-DE"}, {"locale": "ja-JP"}],
            "start_time": 30, "end_time": "1:30",
        }},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """What an order would come to; nothing is sent or kept."""
        piece = read_piece(read_body(request))
        quote = quote_for(team_id=self.key.team_id, pieces=[piece])
        return Response(EstimateSerializer(quote).data)


class ReleaseView(TeamAPIView):
    needs = {"POST": Can.MANAGE_MONEY}

    @operation(
        "release",
        tag=TAG,
        request=ReleaseSerializer,
        answers={202: ReleasedSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"All that waits": {"all": True}},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Let go what waits above the month's ceiling. Takes the key of an owner."""
        body = read_body(request)
        release = read_release(body)
        return answer_once(request, self.key, body, lambda _: self._release(release))

    def _release(self, release: Release) -> Response:
        chosen: Any = held_messages()
        if release.assets is not None:
            chosen = chosen.filter(asset__in=release.assets)
        return Response({"released": release_messages(messages=chosen, actor=self.actor)}, 202)
