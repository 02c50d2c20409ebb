"""A selection becomes rows, as they are at this moment; nothing else changes yet."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import IntegrityError, connection
from django.db.models import CharField, IntegerField, UUIDField, Value

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import BulkAction
from dubbing.services.actors import Actor
from dubbing.services.bulk.selection import Selection, check_not_too_many
from dubbing.services.bulk.values import Values, read_values
from dubbing.services.bulk.working import lock_action
from dubbing.services.connections import current_connection
from dubbing.states import SENDING_VERBS, VERBS_WITH_VALUES, VIDEO_VERBS, BulkState, BulkVerb

# One statement, however many rows: their stage and revision are of one moment.
FILL = """
INSERT INTO dubbing_bulkrow
    (team_id, action_id, asset_id, dubbing_id, seen_stage, seen_revision, outcome, reason, before)
SELECT %s, %s, chosen.asset, chosen.dubbing::uuid, chosen.stage, chosen.revision::integer,
    'waiting', '', '{{}}'
FROM ({chosen}) AS chosen (asset, dubbing, stage, revision)
"""


def prepare_bulk(
    *,
    team: Team,
    actor: Actor,
    verb: BulkVerb,
    selection: Selection,
    values: dict[str, Any] | None = None,
    submission: uuid.UUID | None = None,
) -> BulkAction:
    """An action that waits for somebody's yes.

    `values`: as given, where they are said already. `submission`: of one request; its repeat finds
    the first one's action. Raises ValidationError: `nothing_chosen`, `too_many_chosen`,
    `no_connection`, or a value's fault by field.
    """
    if submission and (earlier := BulkAction.objects.filter(submission=submission).first()):
        found: BulkAction = earlier
        return found
    if verb in SENDING_VERBS:
        current_connection()
    action = BulkAction(
        team=team,
        verb=verb,
        values=_first_values(verb, values),
        submission=submission,
        created_by=actor.user,
        created_by_key=actor.key,
    )
    try:
        with team_atomic():
            action.save(force_insert=True)
            action.total = _fill(action, selection)
            action.save(update_fields=["total"])
    except IntegrityError:
        winner = BulkAction.objects.filter(submission=submission).first() if submission else None
        if winner is None:
            raise
        action = winner
    return action


def _first_values(verb: BulkVerb, given: dict[str, Any] | None) -> Values | None:
    if verb not in VERBS_WITH_VALUES:
        return {}
    return None if given is None else read_values(verb, given)


def say_values(*, action: BulkAction, given: dict[str, Any]) -> BulkAction:
    """What is to be set; may be said anew until it begins. Raises ValidationError by field."""
    values = read_values(BulkVerb(action.verb), given)
    with team_atomic():
        locked = lock_action(action.pk)
        if locked.state != BulkState.PREPARED:
            raise ValidationError("This was carried out already.", code="bulk_closed")
        locked.values = values
        locked.revision += 1
        locked.save(update_fields=["values", "revision"])
    return locked


def _fill(action: BulkAction, selection: Selection) -> int:
    chosen = _rows_of(BulkVerb(action.verb), selection)
    check_not_too_many(chosen)
    count = 0
    # Django raises where it knows without asking that there are no rows.
    with suppress(EmptyResultSet), connection.cursor() as cursor:
        sql, params = chosen.query.sql_with_params()
        cursor.execute(FILL.format(chosen=sql), [action.team_id, action.pk, *params])
        count = cursor.rowcount
    if not count:
        raise ValidationError(
            "Nothing is chosen, or it is not there any more.", code="nothing_chosen"
        )
    return count


def _rows_of(verb: BulkVerb, selection: Selection) -> Any:
    """Asset, dub, stage, revision; those of one video beside each other, for their lock."""
    if verb in VIDEO_VERBS:
        blank = {
            "no_dub": Value(None, UUIDField()),
            "no_stage": Value("", CharField()),
            "no_revision": Value(None, IntegerField()),
        }
        videos = selection.chosen_assets().annotate(**blank).order_by("pk")
        return videos.values_list("pk", *blank)
    dubs = selection.chosen_dubbings().order_by("asset", "pk")
    return dubs.values_list("asset", "pk", "stage", "work_revision")
