"""Retry is three different things; each row gets the one that fits, or the reason why none does.

What was not sent is sent again; a dub that failed is reopened for editing; a video that Panjaya has
given up needs a new, paid one in its place, which a person orders from its own page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from dubbing.models import BulkRow, Dubbing, OutboxMessage, Version
from dubbing.services.actors import Actor
from dubbing.services.bulk.turns import Turn, attempt, has_moved, settle, waiting_messages
from dubbing.services.outbox import retry_message
from dubbing.services.stages import PENDING_FROM
from dubbing.services.versions import revise_version, why_not_revise
from dubbing.states import BulkOutcome, Kind, MessageState, Stage, VersionStatus

RESENT = "Sent again."
REOPENED = "Reopened for editing at Panjaya."
TOGETHER = "Sent again together with another language of the video."
UNDECIDED = "Nobody knows whether it arrived. Decide on its page: sent again it may be paid twice."
GIVEN_UP = "Panjaya gave the whole video up: only a new one in its place helps, from its page."
NOTHING_FAILED = "Nothing about it failed."
NO_COMMAND = "The command that was not sent is not kept any more. Add the language anew."
RETRYABLE = frozenset({MessageState.REFUSED, MessageState.CANCELLED})


@dataclass(frozen=True)
class Healing:
    """`message`: what is sent again; `version`: what is reopened; else `why_not`."""

    why_not: str = ""
    message: OutboxMessage | None = None
    version: Version | None = None


def retry(turn: Turn) -> None:
    sent = _sent_in_earlier_turns(turn)
    commands = newest_commands(turn.dubbings.values())
    for row, dubbing in turn.each_dub():
        if together := sent.get(str(dubbing.pk)):
            row.message = together
            settle(row, BulkOutcome.DONE, TOGETHER)
            continue
        # As it was at the turn's beginning: another language's retry may have moved it since.
        if not has_moved(row, dubbing):
            _heal(turn.actor, row, healing_of(dubbing, commands.get(dubbing.pk)), sent)
    _note_reopening(turn)


def _heal(actor: Actor, row: BulkRow, healing: Healing, sent: dict[str, OutboxMessage]) -> None:
    if healing.why_not:
        settle(row, BulkOutcome.REFUSED, healing.why_not)
        return
    act: Callable[[], object]
    if healing.message is not None:
        act = partial(retry_message, message=healing.message, actor=actor)
    else:
        assert healing.version is not None  # noqa: S101  (one of the three is there)
        act = partial(revise_version, version=healing.version, actor=actor)
    if not attempt(row, act):
        return
    row.reason = RESENT if healing.message is not None else REOPENED
    row.message = healing.message
    if healing.message is not None:
        for key in healing.message.payload.get("dubbings", ()):
            sent[key] = healing.message


def healing_of(dubbing: Dubbing, command: OutboxMessage | None) -> Healing:
    """`command`: the newest one about it."""
    stage, version = Stage(dubbing.stage), dubbing.current
    if stage == Stage.UNCONFIRMED:
        return Healing(UNDECIDED)
    if stage == Stage.NOT_SENT:
        return _resend(command) or Healing(NO_COMMAND)
    if stage == Stage.FAILED:
        if version is None or version.status != VersionStatus.FAILED:
            return Healing(GIVEN_UP)
        return Healing(why_not_revise(version), version=version)
    return _resend(_about(command, version)) or Healing(NOTHING_FAILED)


def _resend(command: OutboxMessage | None) -> Healing | None:
    if command is None or command.state not in RETRYABLE:
        return None
    return Healing(message=command)


def _about(command: OutboxMessage | None, version: Version | None) -> OutboxMessage | None:
    """A version's command that was refused still stands where the version is as it was then."""
    if command is None or version is None or command.version_id != version.pk:
        return None
    return command if version.status in PENDING_FROM[Kind(command.kind)] else None


def newest_commands(dubbings: Iterable[Dubbing]) -> dict[uuid.UUID, OutboxMessage]:
    """Of each dub, the newest command for its current version, or else the one that started it."""
    dubbings = list(dubbings)
    rows = OutboxMessage.objects.filter(asset__in={dubbing.asset_id for dubbing in dubbings})
    by_target: dict[str, OutboxMessage] = {}
    for message in rows.select_related("asset", "version__dubbing").order_by("created_at"):
        targets = (
            [message.version_id] if message.version_id else message.payload.get("dubbings", ())
        )
        by_target |= {str(target): message for target in targets}
    found = {}
    for dubbing in dubbings:
        own = by_target.get(str(dubbing.current_id)) or by_target.get(str(dubbing.pk))
        if own is not None:
            found[dubbing.pk] = own
    return found


def _sent_in_earlier_turns(turn: Turn) -> dict[str, OutboxMessage]:
    """Dub → the command of it that this action has sent again already, for another language."""
    before = BulkRow.objects.filter(action=turn.action, asset__in=list(turn.assets))
    keys = before.exclude(message=None).order_by().values("message")
    messages = OutboxMessage.objects.filter(pk__in=keys, state=MessageState.WAITING)
    return {key: message for message in messages for key in message.payload.get("dubbings", ())}


def _note_reopening(turn: Turn) -> None:
    """A reopening's command is a new one: it can be taken back while it waits."""
    by_version = {message.version_id: message for message in waiting_messages(turn)}
    for row, dubbing in turn.each_dub():
        if row.outcome == BulkOutcome.DONE and row.message is None:
            row.message = by_version.get(dubbing.current_id)
