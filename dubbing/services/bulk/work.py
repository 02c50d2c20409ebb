"""Owner, reviewer, due date and priority of many dubs, and putting them back."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import BulkRow, Dubbing
from dubbing.services.bulk.turns import Turn, settle
from dubbing.services.bulk.values import WORK_FIELDS, plain, work_changes
from dubbing.services.work import WorkChanges, change_work, read_work, work_words
from dubbing.states import BulkOutcome

Pair = tuple[BulkRow, Dubbing]


def set_work(turn: Turn) -> None:
    try:
        changes = work_changes(turn.verb, turn.values)
    except ValidationError as error:
        refuse_all(turn, error)
        return
    fresh: list[Pair] = []
    for row, dubbing in turn.each_dub():
        if has_all(dubbing, changes):
            settle(row, BulkOutcome.SAME)
        elif dubbing.work_revision != row.seen_revision:
            words = f"Somebody changed it since it was chosen: {now_words(dubbing, changes)}."
            settle(row, BulkOutcome.STALE, words)
        else:
            fresh.append((row, dubbing))
    for row, dubbing in fresh:
        row.before = {name: plain(getattr(dubbing, name)) for name in changes}
        settle(row, BulkOutcome.DONE)
    change_work(dubbings=[dubbing for _, dubbing in fresh], changes=changes, actor=turn.actor)


def unset_work(turn: Turn) -> None:
    """Where nobody changed them since. Rows that had the same before are one statement."""
    try:
        ours = work_changes(turn.verb, turn.values)
    except ValidationError:
        # Who was set has left the team meanwhile: their place was cleared with them.
        ours = None
    groups: defaultdict[str, list[Pair]] = defaultdict(list)
    for row, dubbing in turn.each_dub():
        if ours is None or not has_all(dubbing, ours):
            names = {name: None for name in WORK_FIELDS[turn.verb] if name in turn.values}
            words = f"Somebody changed it since: {now_words(dubbing, names)}."
            settle(row, BulkOutcome.KEPT, words)
        else:
            groups[json.dumps(row.before, sort_keys=True)].append((row, dubbing))
    for pairs in groups.values():
        _put_back(turn, pairs)


def _put_back(turn: Turn, pairs: list[Pair]) -> None:
    try:
        changes = read_work(pairs[0][0].before)
    except ValidationError as error:
        for row, _ in pairs:
            settle(row, BulkOutcome.KEPT, " ".join(error.messages))
        return
    change_work(dubbings=[dubbing for _, dubbing in pairs], changes=changes, actor=turn.actor)
    for row, _ in pairs:
        settle(row, BulkOutcome.UNDONE)


def has_all(dubbing: Dubbing, changes: WorkChanges) -> bool:
    return all(getattr(dubbing, name) == value for name, value in changes.items())


def now_words(dubbing: Dubbing, names: Any) -> str:
    """“now owner Anna Berg, no reviewer”."""
    return "now " + ", ".join(work_words(name, getattr(dubbing, name)) for name in names)


def refuse_all(turn: Turn, error: ValidationError) -> None:
    for row in turn.rows:
        settle(row, BulkOutcome.REFUSED, " ".join(error.messages))
