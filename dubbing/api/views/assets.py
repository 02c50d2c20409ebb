from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiRequest
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, UNDOING, WRITING, operation
from dubbing.api.filters import AssetFiltersSerializer, read_filters, read_shared
from dubbing.api.idempotency import answer_once
from dubbing.api.inputs import (
    NEW_ASSET_FORM,
    HiddenSerializer,
    NewAssetSerializer,
    NewLanguagesSerializer,
    read_asset_draft,
    read_hidden,
    read_language_drafts,
)
from dubbing.api.paging import NEWEST_FIRST, Order, answer_page
from dubbing.api.parsers import JSONBodyParser, LimitedMultiPartParser, read_body
from dubbing.api.serializers import PEOPLE, AssetSerializer, paged
from dubbing.filters import DubbingFilter
from dubbing.models import Asset
from dubbing.services.assets import add_languages, hide_asset, show_asset, submit_asset
from dubbing.services.sheets import HEADINGS, asset_rows
from dubbing.services.takebacks import take_back_waiting
from dubbing.sheets import write_csv

TAG = "Assets"
OLDEST_CHANGE_FIRST = Order(("updated_at", "id"), descending=False)
BY_LINK = {
    "media_url": "https://media.example.org/talk.mp4",
    "locale": "en-US",
    "languages": [{"locale": "de-DE"}, {"locale": "ja-JP", "srt": "1\n00:00:01,000 --> …"}],
    "title": "Opening talk",
    "project": "Conference",
    "reference": "talk-17",
    "speakers_count": 1,
    "start_time": 12.5,
    "end_time": "1:02:03.250",
}


def whole_assets(assets: Any) -> QuerySet[Asset]:
    """With all that an answer shows of each."""
    rows: QuerySet[Asset] = assets.with_dubbings(*PEOPLE).with_holds()
    return rows.prefetch_related("dubbings__versions__messages")


def all_assets() -> QuerySet[Asset]:
    return whole_assets(Asset.objects.all())


def asset_answer(asset_id: uuid.UUID, status: int = 200) -> Response:
    return Response(AssetSerializer(all_assets().get(pk=asset_id)).data, status)


class AssetsView(TeamAPIView):
    needs = {"GET": Can.VIEW, "POST": Can.PRODUCE}
    parser_classes = (JSONBodyParser, LimitedMultiPartParser)

    @operation(
        "list_assets",
        tag=TAG,
        parameters=[AssetFiltersSerializer],
        answers={200: paged(AssetSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """The team's videos, newest first; with `updated_since`, the oldest change first."""
        filters = read_filters(request, AssetFiltersSerializer)
        order = OLDEST_CHANGE_FIRST if "updated_since" in filters else NEWEST_FIRST
        rows, neighbours = answer_page(
            request,
            matching_assets(filters, read_shared(request)),
            order=order,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": AssetSerializer(rows, many=True).data, **neighbours})

    @operation(
        "create_asset",
        tag=TAG,
        request={
            "application/json": OpenApiRequest(NewAssetSerializer),
            "multipart/form-data": OpenApiRequest(
                NEW_ASSET_FORM, encoding={"data": {"contentType": "application/json"}}
            ),
        },
        answers={201: AssetSerializer},
        errors=(*WRITING, 411, 507),
        repeatable=True,
        examples={"By link": BY_LINK},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Send a video to be dubbed: by link as JSON, or as a file in multipart/form-data.

        A file comes in the part `file`, its values as JSON in the part `data`. What is left out
        is left out of Panjaya's call too.
        """
        body = read_body(request)
        return answer_once(request, self.key, body, lambda id: self._create(body, id))

    def _create(self, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        draft = read_asset_draft(body)
        asset = submit_asset(
            team=self.key.team, actor=self.actor, draft=draft, submission=submission
        )
        return asset_answer(asset.pk, 201)


def matching_assets(filters: dict[str, Any], shared: DubbingFilter) -> QuerySet[Asset]:
    conditions = {
        lookup: filters[name] for name, lookup in ASSET_LOOKUPS.items() if name in filters
    }
    matching: QuerySet[Asset] = whole_assets(shared.assets()).filter(**conditions)
    return matching


ASSET_LOOKUPS = {
    "remote_id": "remote_id",
    "reference": "reference",
    "status": "status",
    "updated_since": "updated_at__gte",
}


class AssetExportView(TeamAPIView):
    needs = {"GET": Can.VIEW}

    @operation(
        "export_assets",
        tag=TAG,
        parameters=[AssetFiltersSerializer],
        answers={(200, "text/csv"): OpenApiTypes.STR},
        errors=READING,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The team's videos as CSV, newest first, however many: a sheet that can be changed and
        given back. Paging has no meaning here."""
        matched = matching_assets(
            read_filters(request, AssetFiltersSerializer), read_shared(request)
        )
        pieces = write_csv(HEADINGS, asset_rows(matched))
        return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")


class AssetView(TeamAPIView):
    needs = {"GET": Can.VIEW, "PATCH": Can.PRODUCE}

    @operation("read_asset", tag=TAG, answers={200: AssetSerializer}, errors=READING)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        """One video with its dubbings and their versions."""
        return asset_answer(asset_id)

    @operation(
        "hide_asset",
        tag=TAG,
        request=HiddenSerializer,
        answers={200: AssetSerializer},
        errors=WRITING,
    )
    def patch(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Hide it from the lists, or show it there again. Panjaya keeps it either way."""
        asset = Asset.objects.get(pk=asset_id)
        change = hide_asset if read_hidden(read_body(request)) else show_asset
        change(asset=asset, actor=self.actor)
        return asset_answer(asset_id)


class AssetLanguagesView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "add_languages",
        tag=TAG,
        request=NewLanguagesSerializer,
        answers={202: AssetSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"Two more": {"languages": [{"locale": "fr-FR"}, {"locale": "pl-PL"}]}},
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> HttpResponseBase:
        """Dub a video that Panjaya has into more languages."""
        asset, body = Asset.objects.get(pk=asset_id), read_body(request)
        return answer_once(request, self.key, body, lambda _: self._add(asset, body))

    def _add(self, asset: Asset, body: dict[str, Any]) -> Response:
        add_languages(asset=asset, actor=self.actor, drafts=read_language_drafts(body))
        return asset_answer(asset.pk, 202)


class AssetCommandView(TeamAPIView):
    needs = {"DELETE": Can.PRODUCE}

    @operation(
        "take_back_asset_command",
        tag=TAG,
        request=None,
        answers={200: AssetSerializer},
        errors=UNDOING,
    )
    def delete(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Undo: what was asked of the video and still waits to be sent, its creation or languages
        added, is taken back. Nothing was paid."""
        take_back_waiting(asset=Asset.objects.get(pk=asset_id), actor=self.actor)
        return asset_answer(asset_id)
