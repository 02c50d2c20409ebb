"""One row in full, in its place in the table or on a page of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.batches import ItemForm, read_was, was_text
from dubbing.models import BatchItem, Locale
from dubbing.screens.batch_row import ItemRow
from dubbing.services.actors import Actor
from dubbing.services.batches import Merged, merge_item


def find_item(batch_id: uuid.UUID, item_id: uuid.UUID) -> BatchItem:
    related = ("batch", "upload", "background_upload", "asset", "pilot")
    rows = BatchItem.objects.select_related(*related)
    item: BatchItem = get_object_or_404(rows, pk=item_id, batch=batch_id)
    return item


@dataclass(frozen=True)
class Note:
    """What was not saved of a field, in words; `mine` offers to save it all the same."""

    name: str
    label: str
    message: str
    mine: bool = False


@never_cache
@require_GET
@team_view(Can.PRODUCE)
def batch_item(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    item = find_item(batch_id, item_id)
    if item.asset_id:
        return redirect("dubbing:asset-detail", item.asset_id)
    if item.removed_at is not None:
        return redirect("dubbing:batch-detail", batch_id)
    return render(request, "dubbing/item/detail.html", _context(item, ItemForm.of(item)))


def _context(item: BatchItem, form: ItemForm, notes: list[Note] | None = None) -> dict[str, Any]:
    names = dict(Locale.objects.values_list("code", "name"))
    return {
        "batch": item.batch,
        "item": item,
        "row": ItemRow(item, names),
        "form": form,
        "notes": notes or [],
        "undecided": [note.name for note in notes or [] if note.mine],
        "was": was_text(item),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def batch_item_facts(request: TeamRequest, batch_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """The form of one row. Each change is saved as it is made; a post answers with what was not."""
    item = find_item(batch_id, item_id)
    if request.method != "POST":
        context = _context(item, ItemForm.of(item)) | {"in_table": "table" in request.GET}
        return render(request, "dubbing/item/_facts.html", context)
    form = ItemForm.of(item, request.POST)
    try:
        merged = _save(request, item, form)
    except ValidationError as error:
        notes = [Note("", "", " ".join(error.messages))]
        return _answer(request, item, form, notes)
    return _answer(request, merged.item, form, _notes(form, merged))


def _save(request: TeamRequest, item: BatchItem, form: ItemForm) -> Merged:
    undecided = set(request.POST.getlist("undecided")) - set(request.POST.getlist("mine"))
    return merge_item(
        batch=item.batch,
        actor=Actor(user=request.user),
        item=item,
        typed=form.typed(),
        was=read_was(request.POST.get("was", "")),
        undecided=undecided,
    )


def _notes(form: ItemForm, merged: Merged) -> list[Note]:
    labels = {name: str(field.label) for name, field in form.fields.items()}
    clashes = [
        Note(
            clash.name,
            labels[clash.name],
            f"Somebody else made it “{_words(clash.theirs)}” meanwhile; "
            f"you typed “{_words(clash.mine)}”.",
            mine=True,
        )
        for clash in merged.clashes
    ]
    faults = [
        Note(name, labels.get(name, name), " ".join(error.messages))
        for name, errors in merged.faults.items()
        for error in errors
    ]
    return [*clashes, *faults]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "nothing"
    return str(value) if value not in ("", None) else "nothing"


def _answer(
    request: TeamRequest, item: BatchItem, form: ItemForm, notes: list[Note]
) -> HttpResponse:
    context = _context(item, form, notes)
    if request.headers.get("HX-Request"):
        answer = render(request, "dubbing/item/_saved.html", context | {"is_saved": True})
        # The table shows it at once, not at its next look.
        answer["HX-Trigger"] = "batch:changed"
        return answer
    if notes:
        return render(request, "dubbing/item/detail.html", context, status=409)
    messages.success(request, "Saved.")
    return redirect("dubbing:batch-item", item.batch_id, item.pk)
