from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.batch_inputs import PilotSerializer, read_pilot
from dubbing.api.description import WRITING, operation
from dubbing.api.idempotency import answer_once
from dubbing.api.inputs import NothingSerializer, refuse_values
from dubbing.api.parsers import read_body
from dubbing.api.serializers import PEOPLE, AssetSerializer
from dubbing.models import Asset, BatchItem
from dubbing.services.pilots import make_pilot, promote_pilot


def asset_answer(asset: Asset, status: int) -> Response:
    shown = Asset.objects.with_dubbings(*PEOPLE).with_holds().get(pk=asset.pk)
    return Response(AssetSerializer(shown).data, status)


class PilotView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "make_pilot",
        tag="Batches",
        request=PilotSerializer,
        answers={201: AssetSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"In German": {"languages": [{"locale": "de-DE"}], "start": "1:30"}},
    )
    def post(self, request: Request, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponseBase:
        """Pilot first: send sixty seconds of a row. The row stays, to be promoted or mended."""
        item = BatchItem.objects.get(pk=item_id, batch=batch_id)
        body = read_body(request)
        return answer_once(request, self.key, body, lambda _: self._make(item, body))

    def _make(self, item: BatchItem, body: dict[str, Any]) -> Response:
        languages, start = read_pilot(body)
        pilot = make_pilot(item=item, actor=self.actor, languages=languages, start=start)
        return asset_answer(pilot, 201)


class PromoteView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "promote_pilot",
        tag="Assets",
        request=NothingSerializer,
        answers={202: AssetSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> HttpResponseBase:
        """Send the full run of a pilot, as its row was then. Answers with the full run's asset;
        a repeat finds the same one."""
        pilot, body = Asset.objects.get(pk=asset_id), read_body(request)
        refuse_values(body)
        return answer_once(request, self.key, body, lambda _: self._promote(pilot))

    def _promote(self, pilot: Asset) -> Response:
        full = promote_pilot(pilot=pilot, actor=self.actor)
        return asset_answer(full, 202)
