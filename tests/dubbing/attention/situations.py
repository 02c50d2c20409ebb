"""Each thing that can need somebody, made to happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Batch, BatchItem, Connection, Dubbing, OutboxMessage, Version
from dubbing.services import brakes, lanes
from dubbing.services.refusals import note_refused
from dubbing.states import CheckResult, Kind, MessageState, Stage, VersionStatus
from tests.builders import connection_of, make_api_key, make_asset, make_version


def dub(team: Team, stage: Stage, *, asset: Asset | None = None, **changes: Any) -> Dubbing:
    """A shown dub in this stage, with a version."""
    asset = asset or make_asset(team, duration_seconds=Decimal(60))
    version: Version = make_version(asset, changes.pop("locale", "de-DE"))
    values = {"stage": stage, "stage_since": timezone.now() - timedelta(hours=3)} | changes
    with all_teams("test"):
        Dubbing.objects.filter(pk=version.dubbing_id).update(**values)
        found: Dubbing = Dubbing.objects.get(pk=version.dubbing_id)
    return found


def days(count: int) -> Any:
    return timezone.localdate() + timedelta(days=count)


def command(team: Team, **changes: Any) -> OutboxMessage:
    asset = changes.pop("asset", None) or make_asset(team)
    values = {
        "version": make_version(asset, status=VersionStatus.READY_TO_EDIT),
        "kind": Kind.GENERATE,
        "state": MessageState.WAITING,
        "due_at": timezone.now(),
    }
    with all_teams("test"):
        message: OutboxMessage = OutboxMessage.objects.create(
            team=team, asset=asset, **values | changes
        )
    return message


def key_refused(team: Team) -> None:
    with team_scope(team.id):
        lanes.note_rejected_key(connection=connection_of(team), reason="no such key")


def unreachable(team: Team) -> None:
    with team_scope(team.id):
        for _ in range(lanes.OUTAGES_TO_DOWN):
            lanes.note_unreachable(connection=connection_of(team), now=timezone.now())


def paused(team: Team) -> None:
    with team_scope(team.id):
        brakes.pause_team(team=team, by=None, reason="Month is over")


def checked(team: Team, **changes: Any) -> None:
    connection_of(team)
    with team_scope(team.id):
        Connection.objects.update(**changes)


def lapsing_key(team: Team) -> None:
    make_api_key(team, name="Nightly", expires_at=timezone.now() + timedelta(days=3))


def signed_address(ends: datetime) -> str:
    signed = ends - timedelta(hours=1)
    when = f"{signed.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"https://media.example.org/v.mp4?X-Amz-Date={when}&X-Amz-Expires=3600"


def lapsing_link(team: Team, *, hours: float = 3) -> None:
    """Of a draft's row."""
    address = signed_address(timezone.now() + timedelta(hours=hours))
    with all_teams("test"):
        batch = Batch.objects.create(team=team)
        BatchItem.objects.create(
            team=team, batch=batch, position=1, media_url=address, title="Morning talk"
        )


NOW = timezone.now
# Group → what makes it come up; the word of its sentence that matters.
SITUATIONS: dict[str, tuple[Callable[[Team], Any], str]] = {
    "failed:NoSpeech": (
        lambda team: dub(team, Stage.FAILED, failure_code="NoSpeech"), "nobody speaks"
    ),
    "failed:Martian": (
        lambda team: dub(team, Stage.FAILED, failure_code="Martian"), "calls it “Martian”"
    ),
    "not_sent": (lambda team: dub(team, Stage.NOT_SENT), "is not sent"),
    "unknown_state": (lambda team: dub(team, Stage.UNKNOWN), "does not know"),
    "slow": (lambda team: dub(team, Stage.GENERATING), "longer than usual"),
    "review_overdue": (
        lambda team: dub(team, Stage.READY, due_on=days(-2)), "waits for a verdict and is past due"
    ),
    "overdue": (lambda team: dub(team, Stage.APPROVED, due_on=days(-2)), "is past due"),
    "due_today": (lambda team: dub(team, Stage.IN_REVIEW, due_on=days(0)), "due today"),
    "revision_asked": (lambda team: dub(team, Stage.REVISION_ASKED), "revision is asked for: “"),
    "paused": (paused, "Sending is paused."),
    "key_rejected": (key_refused, "is refused: nothing is sent"),
    "unreachable": (unreachable, "cannot be reached"),
    "key_unverified": (
        lambda team: checked(team, is_sandbox=False, check_result=CheckResult.UNVERIFIED),
        "is not verified",
    ),
    "unknown_outcomes": (
        lambda team: command(team, state=MessageState.UNCONFIRMED, unknown_at=NOW()),
        "no answer came back",
    ),
    "held": (lambda team: command(team, held_at=NOW()), "above the month’s ceiling"),
    "callbacks_refused": (
        lambda team: note_refused(team_id=team.id, reason="The signature is wrong."),
        "1 callback was refused",
    ),
    "links_lapsing": (lapsing_link, "The link to “Morning talk” ends on"),
    "keys_lapsing": (lapsing_key, "“Nightly” ends on"),
}  # fmt: skip
