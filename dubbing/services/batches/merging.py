"""One row's form against the row as it is now: what somebody else changed is never overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Batch, BatchItem
from dubbing.services.actors import Actor
from dubbing.services.batches.edits import StaleRowsError, edit_items
from dubbing.services.batches.values import OWN, SETTINGS, read_values

TYPED = (*OWN, *SETTINGS)
TRIES = 3
BLANK: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class Clash:
    """Two people gave the same field different values: a person decides."""

    name: str
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """The row as it is now, and what was not saved of the form."""

    item: BatchItem
    clashes: list[Clash] = field(default_factory=list)
    faults: dict[str, list[ValidationError]] = field(default_factory=dict)


def typed_values(item: BatchItem) -> dict[str, Any]:
    """What its form shows."""
    return {name: getattr(item, name) for name in TYPED}


def merge_item(
    *,
    batch: Batch,
    actor: Actor,
    item: BatchItem,
    typed: Mapping[str, Any],
    was: Mapping[str, Any],
    undecided: Collection[str] = (),
) -> Merged:
    """Saves what the form changed since it showed `was`, field by field.

    A field that somebody else changed meanwhile is left as theirs and told as a clash; `undecided`
    names clashes that were told before and not decided. Values that cannot be kept are told, the
    others are saved. Raises ValidationError where the row or its batch takes no changes.
    """
    wanted, faults = _read(typed)
    shown, _ = _read(was)
    for _ in range(TRIES):
        fresh = _fresh(item)
        current = typed_values(fresh)
        changed = {name: value for name, value in wanted.items() if not _same(value, shown, name)}
        clashes = [
            Clash(name, current[name], value)
            for name, value in changed.items()
            if not _same(value, current, name)
            and (name in undecided or not _same(current[name], shown, name))
        ]
        clashing = {clash.name for clash in clashes}
        changes = {name: value for name, value in changed.items() if name not in clashing}
        try:
            edit_items(
                batch=batch,
                actor=actor,
                items=[fresh],
                changes=changes,
                revisions={fresh.pk: fresh.revision},
            )
        except StaleRowsError:
            continue
        return Merged(_fresh(item), clashes, faults)
    raise ValidationError("Somebody else is changing this row. Try again.", code="stale_revision")


def _read(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
    values: dict[str, Any] = {}
    faults: dict[str, list[ValidationError]] = {}
    for name, value in given.items():
        try:
            values |= read_values({name: value}, names=TYPED)
        except ValidationError as error:
            faults |= {told: list(found) for told, found in error.error_dict.items()}
    return values, faults


def _fresh(item: BatchItem) -> BatchItem:
    """Raises ValidationError (code `row_closed`) where it is sent, on its way or taken out."""
    rows = BatchItem.objects.editable().select_related("upload", "background_upload", "asset")
    found: BatchItem | None = rows.filter(pk=item.pk).first()
    if found is None:
        message = "This video is sent, on its way or taken out: it stays as it is."
        raise ValidationError(message, code="row_closed")
    return found


def _same(value: Any, others: Mapping[str, Any], name: str) -> bool:
    other = others.get(name)
    if name == "languages":
        # The form lists them in an order of its own.
        return set(value or ()) == set(other or ())
    return bool(value == other) or (value in BLANK and other in BLANK)
