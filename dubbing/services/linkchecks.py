"""Looks at addresses: done once for all who ask within some minutes, never in a request."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from accounts.models import Team, User
from accounts.scoping import active_team_id, all_teams, team_atomic
from dubbing import wake
from dubbing.links import (
    LinkError,
    LinkFacts,
    LinkRules,
    Wanted,
    environment_proxies,
    look_at,
)
from dubbing.models import Connection, LinkCheck
from dubbing.models.linkchecks import address_digest
from dubbing.services.clock import database_now, lease_from
from dubbing.services.slots import LOOKING, free_slot
from dubbing.validators import validate_media_url

FRESH = timedelta(minutes=10)
# What may be gone in a minute is asked again after one.
FRESH_IF_PASSING = timedelta(minutes=1)
KEPT = timedelta(days=1)
LOOKS_AT_ONCE = 8
FORM_LOOKS_AT_ONCE = 3
# New addresses that one person may have looked at from a form, in a minute.
ASKED_PER_MINUTE = 20
WRITTEN = (
    "facts", "error_code", "error_message", "is_passing", "checked_at", "asked_at", "due_at",
    "lease_until",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """An address, and what is expected there."""

    address: str
    wanted: Wanted = "video"

    @property
    def digest(self) -> str:
        return address_digest(self.address, self.wanted)


@dataclass(frozen=True)
class Looked:
    target: Target
    facts: LinkFacts | None
    error: LinkError | None


def is_fresh(check: LinkCheck, now: datetime) -> bool:
    kept = FRESH_IF_PASSING if check.is_passing else FRESH
    return check.checked_at is not None and check.checked_at > now - kept


def looks_at(targets: Iterable[Target]) -> dict[Target, LinkCheck]:
    """Target → what a look told; those nobody looked at lately are looked at now, in threads.

    In the active team's scope, outside of any transaction: it may take 20 seconds for eight.
    """
    by_digest = {target.digest: target for target in targets}
    now = timezone.now()
    known = LinkCheck.objects.filter(digest__in=by_digest)
    found = {check.digest: check for check in known if is_fresh(check, now)}
    missing = [target for digest, target in by_digest.items() if digest not in found]
    if missing:
        rules = link_rules()
        with ThreadPoolExecutor(min(LOOKS_AT_ONCE, len(missing))) as threads:
            looked = list(threads.map(lambda target: _look(target, rules), missing))
        found |= {one.digest: one for one in _keep(looked)}
    return {by_digest[digest]: check for digest, check in found.items()}


def link_seconds(address: str) -> Decimal | None:
    """How long the video at an address is, if a look of the active team has told it."""
    if not address:
        return None
    facts = LinkCheck.objects.filter(digest=address_digest(address)).values_list("facts", flat=True)
    seconds = (facts.first() or {}).get("seconds")
    return Decimal(seconds) if seconds else None


def link_rules() -> LinkRules:
    current = Connection.objects.filter(is_current=True).first()
    return LinkRules(
        loopback_allowed=current is not None and current.is_sandbox,
        proxies=environment_proxies(),
    )


def _look(target: Target, rules: LinkRules) -> Looked:
    """Without the database: it runs in a thread of its own."""
    folder = settings.FILE_UPLOAD_TEMP_DIR
    try:
        facts = look_at(target.address, rules, folder=folder, wanted=target.wanted)
    except LinkError as error:
        return Looked(target, None, error)
    return Looked(target, facts, None)


def _keep(looked: Iterable[Looked]) -> list[LinkCheck]:
    now = timezone.now()
    rows = [_told(one, now) for one in looked]
    LinkCheck.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["team", "digest"], update_fields=WRITTEN
    )
    return rows


def _told(one: Looked, now: datetime) -> LinkCheck:
    error = one.error
    return LinkCheck(
        team_id=active_team_id(),
        address=one.target.address,
        digest=one.target.digest,
        asked_at=now,
        checked_at=now,
        facts=one.facts.as_json() if one.facts else {},
        error_code=error.code if error else "",
        error_message=error.message if error else "",
        is_passing=error is not None and error.is_passing,
    )


def ask_look(*, team: Team, user: User, address: str) -> LinkCheck:
    """The look of the last minutes, or a new one, which a worker does.

    Raises ValidationError for what is no public link, and (code `too_many_looks`) for somebody
    who asks without end.
    """
    validate_media_url(address, loopback_allowed=link_rules().loopback_allowed)
    now = timezone.now()
    digest = address_digest(address)
    check: LinkCheck | None = LinkCheck.objects.filter(digest=digest).first()
    if check is not None and (check.due_at or is_fresh(check, now)):
        return check
    since = now - timedelta(minutes=1)
    if LinkCheck.objects.filter(asked_by=user, asked_at__gt=since).count() >= ASKED_PER_MINUTE:
        message = "That were many links in one minute. Go on in a moment."
        raise ValidationError(message, code="too_many_looks")
    with team_atomic():
        fresh = {"asked_by": user, "asked_at": now, "due_at": now, "checked_at": None}
        check, _ = LinkCheck.objects.update_or_create(
            team=team, digest=digest, defaults=fresh | {"address": address}
        )
        wake.after_commit(wake.LOOK, team.pk, check.pk)
    return check


def look_if_due(*, check_id: uuid.UUID) -> None:
    """One look that somebody asked for; ends quietly when another worker has it."""
    now = database_now()
    with free_slot(LOOKING, FORM_LOOKS_AT_ONCE) as free:
        mine = LinkCheck.objects.due(now).filter(pk=check_id)
        if not free or not mine.update(lease_until=lease_from(now)):
            return
        check = LinkCheck.objects.get(pk=check_id)
        _keep([_look(Target(check.address), link_rules())])


def forget_old_looks() -> int:
    with all_teams("looks at addresses of every team grow old"):
        old = LinkCheck.objects.filter(Q(asked_at__lt=timezone.now() - KEPT))
        deleted: int = old.delete()[0]
    return deleted
