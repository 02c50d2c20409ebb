"""Changing rows: one or thousands, never over what somebody else has saved meanwhile."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Batch, BatchItem
from dubbing.services.actors import Actor
from dubbing.services.batches.checks import check_twins_of, wake_checks
from dubbing.services.batches.judging import judge_items
from dubbing.services.batches.locks import lock_open_batch, touch_batch
from dubbing.services.batches.values import ROW, read_codes, read_tags, read_values
from dubbing.services.subtitle_checks import recheck_subtitles
from dubbing.states import Verdict

Items = QuerySet[Any] | Iterable[BatchItem]

# Beside the field names themselves: what adds to a list, or takes out of it.
LIST_CHANGES = {
    "add_languages": "languages",
    "drop_languages": "languages",
    "add_tags": "tags",
    "drop_tags": "tags",
}
# Pre-flight has no opinion of these.
NEVER_CHECKED = frozenset({"reference", "project", "tags", "due", "priority"})
# A file's cues are judged against these.
OF_SUBTITLES = frozenset({"languages", "start_time", "end_time", "upload"})
JUDGED = ("faults", "verdict", "check_due_at")
WRITTEN_AT_ONCE = 2000


class StaleRowsError(Exception):
    """Somebody saved these rows since they were read; nothing was changed."""

    def __init__(self, items: Sequence[BatchItem]) -> None:
        super().__init__(f"{len(items)} rows were changed meanwhile")
        self.items = items


def pks_of(items: Items) -> Any:
    return items.values("pk") if isinstance(items, QuerySet) else [item.pk for item in items]


def edit_items(
    *,
    batch: Batch,
    actor: Actor,
    items: Items,
    changes: Mapping[str, Any],
    revisions: Mapping[uuid.UUID, int] | None = None,
) -> list[BatchItem]:
    """The rows that are different now; rows that are sent or on their way stay as they are.

    `changes`: field names of a row, or `add_languages`, `drop_languages`, `add_tags`, `drop_tags`.
    `revisions`: row id → the revision that was looked at. Raises StaleRowsError where one is old,
    ValidationError where a value cannot be kept at all.
    """
    lists = {name: _entries(name, changes[name]) for name in LIST_CHANGES if name in changes}
    plain = {name: value for name, value in changes.items() if name not in LIST_CHANGES}
    values = read_values(plain, names=ROW)
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        rows = locked.rows.editable().filter(pk__in=pks_of(items)).select_for_update(of=("self",))
        found: list[BatchItem] = list(rows.select_related("upload", "background_upload"))
        _refuse_stale(found, revisions or {})
        changed = [item for item in found if _change(item, values, lists)]
        names = {*values, *(LIST_CHANGES[name] for name in lists)}
        if names & OF_SUBTITLES:
            recheck_subtitles(changed)
        _judge_again(changed, names)
        write_items(changed, [*names, *JUDGED])
        if changed:
            touch_batch(locked)
        wake_checks([item for item in changed if item.check_due_at])
    return changed


def _entries(name: str, value: Any) -> list[str]:
    return read_codes(value) if LIST_CHANGES[name] == "languages" else read_tags(value)


def _refuse_stale(items: Sequence[BatchItem], revisions: Mapping[uuid.UUID, int]) -> None:
    stale = [item for item in items if revisions.get(item.pk, item.revision) != item.revision]
    if stale:
        raise StaleRowsError(stale)


def _change(item: BatchItem, values: Mapping[str, Any], lists: Mapping[str, list[str]]) -> bool:
    """Whether anything of it is different now."""
    wanted = dict(values)
    for name, entries in lists.items():
        field = LIST_CHANGES[name]
        present = wanted.get(field, getattr(item, field))
        wanted[field] = _without(present, entries) if "drop" in name else _with(present, entries)
    changed = [name for name, value in wanted.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, wanted[name])
    return bool(changed)


def _with(present: Sequence[str], entries: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*present, *entries]))


def _without(present: Sequence[str], entries: Sequence[str]) -> list[str]:
    return [entry for entry in present if entry not in entries]


def _judge_again(items: list[BatchItem], names: set[str]) -> None:
    before = {item.pk: (item.verdict, bool(item.faults), item.check_due_at) for item in items}
    judge_items(items)
    now = timezone.now()
    for item in items:
        verdict, had_faults, due_at = before[item.pk]
        item.check_due_at = now
        if names <= NEVER_CHECKED and not had_faults and not item.faults:
            # Whatever pre-flight has found is still true.
            item.verdict, item.check_due_at = verdict, due_at


def write_items(items: Sequence[BatchItem], names: Sequence[str]) -> None:
    """Rows that got the same values share a statement: a bulk edit is a handful of them."""
    alike: dict[str, list[BatchItem]] = defaultdict(list)
    for item in items:
        told = [_plain(getattr(item, name)) for name in names]
        alike[json.dumps(told, cls=DjangoJSONEncoder)].append(item)
    now = timezone.now()
    for group in alike.values():
        values = {name: getattr(group[0], name) for name in names}
        for start in range(0, len(group), WRITTEN_AT_ONCE):
            part = [item.pk for item in group[start : start + WRITTEN_AT_ONCE]]
            rows = BatchItem.objects.filter(pk__in=part)
            rows.update(**values, revision=F("revision") + 1, updated_at=now)
    for item in items:
        item.revision += 1


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def remove_items(*, batch: Batch, actor: Actor, items: Items) -> datetime | None:
    """Takes rows out; the moment names them, for restore_items. None where nothing was taken."""
    now = timezone.now()
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        rows = locked.rows.editable().filter(pk__in=pks_of(items))
        if not rows.update(removed_at=now, revision=F("revision") + 1, updated_at=now):
            return None
        touch_batch(locked)
        check_twins_of(locked)
    return now


def restore_items(
    *, batch: Batch, actor: Actor, removed_at: datetime | None = None, items: Items | None = None
) -> int:
    """Puts rows back where they were: all that left at that moment, or those given."""
    if (removed_at is None) == (items is None):
        raise ValidationError("Say which rows come back.", code="required")
    now = timezone.now()
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        rows = locked.rows.exclude(removed_at=None)
        rows = (
            rows.filter(removed_at=removed_at)
            if items is None
            else rows.filter(pk__in=pks_of(items))
        )
        count: int = rows.update(
            removed_at=None,
            check_due_at=now,
            verdict=Verdict.CHECKING,
            findings=[],  # so that rows of the same video hear of it again
            revision=F("revision") + 1,
            updated_at=now,
        )
        if count:
            touch_batch(locked)
            wake.after_commit(wake.PREFLIGHT, locked.team_id, locked.pk)
    return count
