"""Verbs that become commands: each row as a single press would, in a savepoint of its own."""

from __future__ import annotations

import uuid
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from dubbing.models import Dubbing, OutboxMessage
from dubbing.services.assets import add_languages
from dubbing.services.bulk.turns import Turn, attempt, has_moved, settle, waiting_messages
from dubbing.services.orders import LanguageDraft
from dubbing.services.takebacks import take_back
from dubbing.services.versions import generate_version
from dubbing.states import BulkOutcome, Kind, MessageState

NO_DRAFT = "There is no draft yet."


def generate(turn: Turn) -> None:
    for row, dubbing in turn.each_dub():
        if has_moved(row, dubbing):
            continue
        if dubbing.current is None:
            settle(row, BulkOutcome.REFUSED, NO_DRAFT)
            continue
        attempt(row, partial(generate_version, version=dubbing.current, actor=turn.actor))
    by_version = {message.version_id: message for message in waiting_messages(turn)}
    for row, dubbing in turn.each_dub():
        if row.outcome == BulkOutcome.DONE:
            row.message = by_version.get(dubbing.current_id)


def add_missing_languages(turn: Turn) -> None:
    """A video that has some of them gets the others."""
    there = languages_of(turn)
    for row, asset in turn.each_video():
        has = there.get(asset.pk, set()) | {asset.locale_id}
        missing = [code for code in turn.values["languages"] if code not in has]
        if not missing:
            settle(row, BulkOutcome.SAME)
            continue
        drafts = [LanguageDraft(code) for code in missing]
        if attempt(row, partial(add_languages, asset=asset, actor=turn.actor, drafts=drafts)):
            row.before = {"added": missing}
    added = {
        message.asset_id: message
        for message in waiting_messages(turn)
        if message.kind == Kind.ADD_LANGUAGES
    }
    for row in turn.rows:
        if row.outcome == BulkOutcome.DONE:
            row.message = added.get(row.asset_id)


def languages_of(turn: Turn) -> dict[uuid.UUID, set[str]]:
    there: dict[uuid.UUID, set[str]] = {}
    pairs = Dubbing.objects.filter(asset__in=list(turn.assets)).values_list("asset", "locale_id")
    for asset_id, code in pairs:
        there.setdefault(asset_id, set()).add(code)
    return there


def take_sends_back(turn: Turn) -> None:
    """Undo while they wait: several rows may have become one command."""
    related = ("asset", "version__dubbing")
    wanted = OutboxMessage.objects.filter(pk__in={row.message_id for row in turn.rows})
    messages = {message.pk: message for message in wanted.select_related(*related)}
    taken: dict[uuid.UUID, str] = {}
    for row in turn.rows:
        message = messages.get(row.message_id)
        if message is None:
            settle(row, BulkOutcome.KEPT, "It has left already.")
            continue
        if message.pk not in taken:
            taken[message.pk] = _take_back(message, turn)
        reason = taken[message.pk]
        settle(row, BulkOutcome.KEPT if reason else BulkOutcome.UNDONE, reason)


def _take_back(message: OutboxMessage, turn: Turn) -> str:
    """Why it could not be; empty when it was. Somebody may have done so before."""
    if message.state == MessageState.CANCELLED:
        return ""
    try:
        with transaction.atomic():
            take_back(message=message, actor=turn.actor)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
