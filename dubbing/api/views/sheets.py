from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiRequest
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, WRITING, operation
from dubbing.api.filters import read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.paging import Order, answer_page
from dubbing.api.parsers import JSONBodyParser, LimitedMultiPartParser, read_body
from dubbing.api.serializers import paged
from dubbing.api.sheets import (
    NEW_SHEET_FORM,
    ConfirmSheetSerializer,
    LineFiltersSerializer,
    LineSerializer,
    SheetSerializer,
    read_confirmation,
    read_new_sheet,
)
from dubbing.models import Batch, SheetImport
from dubbing.services.sheets import compare_file, confirm_sheet

TAG = "Sheets"
# Lines are made in their order, and their ids grow.
AS_IN_THE_FILE = Order(("id",), descending=False)


def sheet_answer(sheet: SheetImport, status: int = 200) -> Response:
    return Response(SheetSerializer(sheet).data, status)


class SheetsView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}
    parser_classes = (JSONBodyParser, LimitedMultiPartParser)

    @operation(
        "compare_sheet",
        tag=TAG,
        request={
            "multipart/form-data": OpenApiRequest(
                NEW_SHEET_FORM, encoding={"data": {"contentType": "application/json"}}
            )
        },
        answers={201: SheetSerializer},
        errors=(*WRITING, 507),
        repeatable=True,
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Give a CSV or XLSX and have every line compared with what is here: a dry run, which
        changes nothing. Ask for the sheet until its state is `compared`."""
        body = read_body(request)
        return answer_once(request, self.key, body, lambda id: self._compare(body, id))

    def _compare(self, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        given, reading = read_new_sheet(body)
        batch_id = given.pop("batch", None)
        sheet = compare_file(
            team=self.key.team,
            actor=self.actor,
            file=given["file"],
            columns=given.get("columns", {}),
            reading=reading,
            blank_clears=given["blank_clears"],
            batch=Batch.objects.get(pk=batch_id) if batch_id else None,
            submission=submission,
        )
        return sheet_answer(sheet, 201)


class SheetView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation("read_sheet", tag=TAG, answers={200: SheetSerializer}, errors=READING)
    def get(self, request: Request, sheet_id: uuid.UUID) -> Response:
        """How far it is, and what its lines come to."""
        return sheet_answer(SheetImport.objects.get(pk=sheet_id))


class SheetLinesView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation(
        "list_sheet_lines",
        tag=TAG,
        parameters=[LineFiltersSerializer],
        answers={200: paged(LineSerializer)},
        errors=READING,
    )
    def get(self, request: Request, sheet_id: uuid.UUID) -> Response:
        """What each line would do, and what became of it, in the order of the file."""
        filters = read_filters(request, LineFiltersSerializer)
        lines = SheetImport.objects.get(pk=sheet_id).lines.all()
        wanted = {name: filters[name] for name in ("verdict", "outcome") if name in filters}
        rows, neighbours = answer_page(
            request,
            lines.filter(**wanted),
            order=AS_IN_THE_FILE,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": LineSerializer(rows, many=True).data, **neighbours})


class SheetConfirmView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "confirm_sheet",
        tag=TAG,
        request=ConfirmSheetSerializer,
        answers={202: SheetSerializer},
        errors=WRITING,
        repeatable=True,
    )
    def post(self, request: Request, sheet_id: uuid.UUID) -> HttpResponseBase:
        """Carry out what was compared. New videos go into a batch, to be looked at and sent from
        there; changes are made, and added languages are paid for."""
        sheet, body = SheetImport.objects.get(pk=sheet_id), read_body(request)
        return answer_once(request, self.key, body, lambda _: self._confirm(sheet, body))

    def _confirm(self, sheet: SheetImport, body: dict[str, Any]) -> Response:
        include_new = read_confirmation(body)
        confirmed = confirm_sheet(sheet=sheet, actor=self.actor, include_new=include_new)
        return sheet_answer(confirmed, 202)
