"""Stopping to send and going on: for a team, and for the whole installation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from accounts.models import Team, User
from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Connection, InstallationBrake, SendingBrake
from dubbing.models.brakes import REASON_LENGTH, Pause
from dubbing.services.clock import database_now


@dataclass(frozen=True)
class Stop:
    """Why nothing of a team is sent."""

    since: datetime
    by: User | None
    reason: str
    everywhere: bool
    """The whole installation stands still: no team can go on by itself."""


def why_stopped(*, team_id: uuid.UUID) -> Stop | None:
    """What a page says; the installation's brake comes first."""
    everywhere = InstallationBrake.objects.select_related("paused_by").first()
    if everywhere is not None and everywhere.is_paused:
        return _stop(everywhere, everywhere=True)
    mine = SendingBrake.objects.select_related("paused_by").filter(team_id=team_id).first()
    return _stop(mine, everywhere=False) if mine is not None and mine.is_paused else None


def not_stopped(messages: Any, *, team_id: uuid.UUID) -> Any:
    """Those of a team's messages that no brake holds: what every claim asks."""
    everywhere = InstallationBrake.objects.exclude(paused_at=None)
    mine = SendingBrake.objects.exclude(paused_at=None).filter(team_id=team_id)
    return messages.filter(~Exists(everywhere), ~Exists(mine))


def _stop(brake: Pause, *, everywhere: bool) -> Stop:
    since = cast(datetime, brake.paused_at)
    return Stop(since, brake.paused_by, brake.reason, everywhere)


def pause_team(*, team: Team, by: User | None, reason: str = "") -> None:
    """Nothing more of this team is claimed; what is under way ends. The first press counts."""
    with team_atomic():
        brake = team_brake(team_id=team.pk)
        if not brake.is_paused:
            _pull(brake, by, reason)


def resume_team(*, team: Team) -> None:
    with team_atomic():
        _let_go(team_brake(team_id=team.pk))


def pause_installation(*, by: User | None, reason: str = "") -> None:
    with transaction.atomic():
        brake, _ = InstallationBrake.objects.get_or_create(pk=InstallationBrake.ONLY)
        if not brake.is_paused:
            _pull(brake, by, reason)


def resume_installation() -> None:
    with transaction.atomic():
        brake, _ = InstallationBrake.objects.get_or_create(pk=InstallationBrake.ONLY)
        _let_go(brake)


def team_brake(*, team_id: uuid.UUID) -> SendingBrake:
    brake: SendingBrake
    brake, _ = SendingBrake.objects.get_or_create(team_id=team_id)
    return brake


def _pull(brake: Pause, by: User | None, reason: str) -> None:
    brake.paused_at, brake.paused_by = timezone.now(), by
    brake.reason = reason.strip()[:REASON_LENGTH]
    brake.save(update_fields=["paused_at", "paused_by", "reason"])


def _let_go(brake: Pause) -> None:
    brake.paused_at, brake.paused_by, brake.reason = None, None, ""
    brake.save(update_fields=["paused_at", "paused_by", "reason"])
    wake.sweep_after_commit()


def set_delay(*, team: Team, seconds: int | None) -> None:
    """For commands given from now on; None: the installation's own."""
    with team_atomic():
        brake = team_brake(team_id=team.pk)
        brake.delay_seconds = seconds
        brake.save(update_fields=["delay_seconds"])


def send_moment(*, connection: Connection) -> datetime:
    """When a command that is given now may go, by the clock that claims go by: the database's.

    A server whose own clock is wrong would make a delay of hours out of half a minute, or of none.
    """
    return database_now() + send_delay(connection=connection)


def send_delay(*, connection: Connection) -> timedelta:
    """How long a command can be taken back; none at the sandbox unless the team sets one."""
    chosen = SendingBrake.objects.filter(team_id=connection.team_id).values_list("delay_seconds")
    row = chosen.first()
    if row is not None and row[0] is not None:
        return timedelta(seconds=row[0])
    return timedelta(seconds=0 if connection.is_sandbox else settings.SEND_DELAY_SECONDS)
