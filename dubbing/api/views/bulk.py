from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.bulk import (
    BulkRowFiltersSerializer,
    BulkRowSerializer,
    BulkSerializer,
    NewBulkSerializer,
    read_new_bulk,
    read_selection,
)
from dubbing.api.description import READING, UNDOING, WRITING, operation
from dubbing.api.filters import PageSerializer, read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.paging import NEWEST_FIRST, Order, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.serializers import paged
from dubbing.models import BulkAction
from dubbing.services.bulk import begin_bulk, prepare_bulk, undo_bulk
from dubbing.states import BulkState, BulkVerb

TAG = "Bulk actions"
IN_ORDER = Order(("number",), descending=False)


def bulk_answer(action: BulkAction, status: int = 200) -> Response:
    return Response(BulkSerializer(action).data, status)


class BulkActionsView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "POST": Can.PRODUCE}

    @operation(
        "list_bulk_actions",
        tag=TAG,
        parameters=[PageSerializer],
        answers={200: paged(BulkSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """What was asked for many at once, newest first."""
        filters = read_filters(request, PageSerializer)
        rows, neighbours = answer_page(
            request,
            BulkAction.objects.begun(),
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": BulkSerializer(rows, many=True).data, **neighbours})

    @operation(
        "create_bulk_action",
        tag=TAG,
        request=NewBulkSerializer,
        answers={202: BulkSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"Due by the end of the month": {
            "verb": "due", "filter": {"project": "Autumn"}, "values": {"due_on": "2026-11-30"},
        }},
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Ask one thing for many videos or dubbings. Few rows are done at once, more in the
        background: ask for it until its state is `done`, and for what became of each row."""
        body = read_body(request)
        return answer_once(request, self.key, body, lambda id: self._create(body, id))

    def _create(self, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        given = read_new_bulk(body)
        try:
            action = prepare_bulk(
                team=self.key.team,
                actor=self.actor,
                verb=BulkVerb(given["verb"]),
                selection=read_selection(given),
                values=given.get("values", {}),
                submission=submission,
            )
        except ValidationError as error:
            raise _among_values(error) from None
        # One that is begun already is that of an earlier try of this request.
        if not given["dry_run"] and action.state == BulkState.PREPARED:
            action = begin_bulk(action=action, actor=self.actor)
        return bulk_answer(action, 202)


def _among_values(error: ValidationError) -> ValidationError:
    """Faults of values stand under `values`, as the body has them."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({f"values.{name}": found for name, found in error.error_dict.items()})


class BulkActionView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation("read_bulk_action", tag=TAG, answers={200: BulkSerializer}, errors=READING)
    def get(self, request: Request, action_id: uuid.UUID) -> Response:
        """How far it is."""
        return bulk_answer(BulkAction.objects.get(pk=action_id))


class BulkRowsView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation(
        "list_bulk_rows",
        tag=TAG,
        parameters=[BulkRowFiltersSerializer],
        answers={200: paged(BulkRowSerializer)},
        errors=READING,
    )
    def get(self, request: Request, action_id: uuid.UUID) -> Response:
        """What became of each row, and why."""
        filters = read_filters(request, BulkRowFiltersSerializer)
        rows = BulkAction.objects.get(pk=action_id).rows.annotate(number=F("pk"))
        if "outcome" in filters:
            rows = rows.filter(outcome=filters["outcome"])
        found, neighbours = answer_page(
            request,
            rows,
            order=IN_ORDER,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": BulkRowSerializer(found, many=True).data, **neighbours})


class BulkConfirmView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "confirm_bulk_action",
        tag=TAG,
        request=None,
        answers={202: BulkSerializer},
        errors=UNDOING,
        repeatable=True,
    )
    def post(self, request: Request, action_id: uuid.UUID) -> HttpResponseBase:
        """Carry a dry run out. Rows that changed since are left alone and reported."""
        action = BulkAction.objects.get(pk=action_id)
        return answer_once(request, self.key, {}, lambda _: self._begin(action))

    def _begin(self, action: BulkAction) -> Response:
        return bulk_answer(begin_bulk(action=action, actor=self.actor), 202)


class BulkUndoView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "undo_bulk_action",
        tag=TAG,
        request=None,
        answers={202: BulkSerializer},
        errors=UNDOING,
        repeatable=True,
    )
    def post(self, request: Request, action_id: uuid.UUID) -> HttpResponseBase:
        """Put back what nobody changed since: for ten minutes. Commands are taken back only until
        they leave."""
        action = BulkAction.objects.get(pk=action_id)
        return answer_once(request, self.key, {}, lambda _: self._undo(action))

    def _undo(self, action: BulkAction) -> Response:
        return bulk_answer(undo_bulk(action=action, actor=self.actor), 202)
