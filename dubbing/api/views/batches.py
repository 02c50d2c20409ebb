from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.batch_inputs import (
    ChangedBatchSerializer,
    ChangedRowSerializer,
    NewBatchSerializer,
    NewRowsSerializer,
    SendSerializer,
    read_batch,
    read_row_change,
    read_rows,
    read_sending,
)
from dubbing.api.batch_serializers import BatchItemSerializer, BatchSerializer
from dubbing.api.description import READING, WRITING, operation
from dubbing.api.filters import BatchFiltersSerializer, RowFiltersSerializer, read_filters
from dubbing.api.idempotency import answer_once
from dubbing.api.paging import NEWEST_FIRST, Order, answer_page
from dubbing.api.parsers import read_body
from dubbing.api.serializers import paged
from dubbing.models import Batch, BatchItem
from dubbing.services.batches import (
    StaleRowsError,
    add_rows,
    create_batch,
    discard_batch,
    edit_items,
    keep_batch,
    recover_batch,
    remove_items,
    restore_items,
    send_batch,
)

TAG = "Batches"
IN_ORDER = Order(("created_at", "id"), descending=False)
TWO_ROWS = {
    "items": [
        {"media_url": "https://media.example.org/one.mp4", "title": "One"},
        {"media_url": "https://media.example.org/two.mp4", "languages": [{"locale": "ja-JP"}]},
    ]
}


class RowsSerializer(serializers.Serializer[Any]):
    results = BatchItemSerializer(many=True, help_text="In the order given.")


class BatchesView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "POST": Can.PRODUCE}

    @operation(
        "list_batches",
        tag=TAG,
        parameters=[BatchFiltersSerializer],
        answers={200: paged(BatchSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """Videos prepared together, newest first; those thrown away only if asked for."""
        filters = read_filters(request, BatchFiltersSerializer)
        rows = Batch.objects.all()
        if "status" in filters:
            rows = rows.filter(state=filters["status"])
        else:
            rows = rows.filter(discarded_at=None)
        found, neighbours = answer_page(
            request,
            rows,
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": BatchSerializer(found, many=True).data, **neighbours})

    @operation(
        "create_batch",
        tag=TAG,
        request=NewBatchSerializer,
        answers={201: BatchSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"German and Japanese": {
            "title": "Autumn",
            "locale": "en-US",
            "languages": [{"locale": "de-DE"}, {"locale": "ja-JP"}],
        }},
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Begin a batch: a draft to which rows are added, which are checked before they go."""
        body = read_body(request)
        return answer_once(request, self.key, body, lambda id: self._create(body, id))

    def _create(self, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        given = read_batch(body, NewBatchSerializer)
        batch = create_batch(
            team=self.key.team,
            actor=self.actor,
            settings=given["settings"],
            title=given.get("title") or "",
            batch_id=submission,
        )
        return Response(BatchSerializer(batch).data, 201)


class BatchView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "PATCH": Can.PRODUCE}

    @operation("read_batch", tag=TAG, answers={200: BatchSerializer}, errors=READING)
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """One batch, with how many rows are how far."""
        return Response(BatchSerializer(Batch.objects.get(pk=batch_id)).data)

    @operation(
        "change_batch",
        tag=TAG,
        request=ChangedBatchSerializer,
        answers={200: BatchSerializer},
        errors=WRITING,
    )
    def patch(self, request: Request, batch_id: uuid.UUID) -> Response:
        """What new rows begin with and its name; or throw the draft away, or take it back."""
        batch = Batch.objects.get(pk=batch_id)
        given = read_batch(read_body(request), ChangedBatchSerializer)
        if given.get("discarded") is False:
            recover_batch(batch=batch)
        if given["settings"] or "title" in given:
            title = given["title"] or "" if "title" in given else None
            keep_batch(batch=batch, settings=given["settings"], title=title)
        if given.get("discarded"):
            discard_batch(batch=batch)
        return Response(BatchSerializer(Batch.objects.get(pk=batch_id)).data)


class BatchItemsView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "POST": Can.PRODUCE}

    @operation(
        "list_batch_items",
        tag=TAG,
        parameters=[RowFiltersSerializer],
        answers={200: paged(BatchItemSerializer)},
        errors=READING,
    )
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """The rows in their order, each with its verdict and why."""
        batch = Batch.objects.get(pk=batch_id)
        filters = read_filters(request, RowFiltersSerializer)
        rows = batch.rows.exclude(removed_at=None) if filters["removed"] else batch.rows.kept()
        if "verdict" in filters:
            rows = rows.filter(verdict=filters["verdict"])
        found, neighbours = answer_page(
            request,
            rows,
            order=IN_ORDER,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": BatchItemSerializer(found, many=True).data, **neighbours})

    @operation(
        "add_batch_items",
        tag=TAG,
        request=NewRowsSerializer,
        answers={201: RowsSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"Two rows": TWO_ROWS},
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> HttpResponseBase:
        """Add up to 1,000 rows. Each is answered with its `faults`: a wrong one is kept too."""
        batch, body = Batch.objects.get(pk=batch_id), read_body(request)
        return answer_once(request, self.key, body, lambda id: self._add(batch, body, id))

    def _add(self, batch: Batch, body: dict[str, Any], submission: uuid.UUID | None) -> Response:
        rows = read_rows(body)
        try:
            items = add_rows(batch=batch, actor=self.actor, rows=rows, submission=submission)
        except ValidationError as error:
            raise _among_items(error) from None
        return Response({"results": BatchItemSerializer(items, many=True).data}, 201)


def _among_items(error: ValidationError) -> ValidationError:
    """Faults of rows stand under `items`, as the body has them."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({f"items.{name}": found for name, found in error.error_dict.items()})


class BatchItemView(TeamAPIView):
    needs = {"GET": Can.PRODUCE, "PATCH": Can.PRODUCE}

    @operation("read_batch_item", tag=TAG, answers={200: BatchItemSerializer}, errors=READING)
    def get(self, request: Request, batch_id: uuid.UUID, item_id: uuid.UUID) -> Response:
        """One row with its verdict."""
        return _item_answer(batch_id, item_id)

    @operation(
        "change_batch_item",
        tag=TAG,
        request=ChangedRowSerializer,
        answers={200: BatchItemSerializer},
        errors=WRITING,
    )
    def patch(self, request: Request, batch_id: uuid.UUID, item_id: uuid.UUID) -> Response:
        """Change a row, take it out, or put it back. What is sent stays as it is."""
        item = BatchItem.objects.select_related("batch").get(pk=item_id, batch=batch_id)
        changes = read_row_change(read_body(request))
        removed, revision = changes.pop("removed", None), changes.pop("revision", None)
        if removed is False:
            restore_items(batch=item.batch, actor=self.actor, items=[item])
        if changes:
            self._change(item, changes, revision)
        if removed:
            remove_items(batch=item.batch, actor=self.actor, items=[item])
        return _item_answer(batch_id, item_id)

    def _change(self, item: BatchItem, changes: dict[str, Any], revision: int | None) -> None:
        if not BatchItem.objects.editable().filter(pk=item.pk).exists():
            message = "This row is sent, on its way or taken out."
            raise ValidationError(message, code="row_closed")
        try:
            edit_items(
                batch=item.batch,
                actor=self.actor,
                items=[item],
                changes=changes,
                revisions=None if revision is None else {item.pk: revision},
            )
        except StaleRowsError:
            message = "Somebody changed the row since you read it. Read it again."
            raise ValidationError(message, code="stale_revision") from None


def _item_answer(batch_id: uuid.UUID, item_id: uuid.UUID) -> Response:
    item = BatchItem.objects.get(pk=item_id, batch=batch_id)
    return Response(BatchItemSerializer(item).data)


class BatchSendView(TeamAPIView):
    needs = {"POST": Can.PRODUCE}

    @operation(
        "send_batch",
        tag=TAG,
        request=SendSerializer,
        answers={202: BatchSerializer},
        errors=WRITING,
        repeatable=True,
        examples={"All that is right": {}},
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> HttpResponseBase:
        """Send rows without faults: each becomes an asset, in the background and exactly once."""
        batch, body = Batch.objects.get(pk=batch_id), read_body(request)
        return answer_once(request, self.key, body, lambda _: self._send(batch, body))

    def _send(self, batch: Batch, body: dict[str, Any]) -> Response:
        ids, unsure_too = read_sending(body)
        items = None if ids is None else batch.rows.filter(pk__in=ids)
        send_batch(batch=batch, actor=self.actor, items=items, unsure_too=unsure_too)
        return Response(BatchSerializer(Batch.objects.get(pk=batch.pk)).data, 202)
