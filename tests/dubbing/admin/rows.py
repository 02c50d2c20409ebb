"""Rows of every kind, many of each, written straight into the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import Invitation, Membership, Team, User, hash_secret
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import (
    ArchivedFile,
    Asset,
    Batch,
    BatchItem,
    CallbackDelivery,
    Film,
    IdempotentAnswer,
    LanguageSet,
    LinkCheck,
    MonthTotal,
    OutboxMessage,
    Preset,
    Project,
    RateCard,
    RefusedCallbacks,
    SheetImport,
    SheetLine,
    SpendEntry,
    StatusChange,
    SubtitleFile,
    UsualTime,
    Version,
)
from dubbing.models.linkchecks import address_digest
from dubbing.states import (
    Cause,
    Event,
    Kind,
    LineVerdict,
    MessageState,
    SpendState,
    Step,
    VersionStatus,
)
from tests.builders import (
    make_api_key,
    make_archive,
    make_asset,
    make_connection,
    make_user,
    make_version,
)


def make_message(
    asset: Asset,
    state: MessageState = MessageState.REFUSED,
    kind: Kind = Kind.CREATE,
    **changes: Any,
) -> OutboxMessage:
    with all_teams("test"):
        message = OutboxMessage(
            team=asset.team, asset=asset, kind=kind, state=state, due_at=timezone.now()
        )
        for name, value in changes.items():
            setattr(message, name, value)
        message.save()
    return message


def make_film(version: Version, **changes: Any) -> Film:
    fields = {
        "team_id": version.team_id,
        "asset_id": version.asset_id,
        "version": version,
        "generation": 1,
        "due_at": timezone.now(),
    } | changes
    with all_teams("test"):
        return Film.objects.create(**fields)


def _make_spending(team: Team, asset: Asset, version: Version, actor: User) -> None:
    """In the scope of whoever calls."""
    month = {"team": team, "month": timezone.now().date().replace(day=1)}
    MonthTotal.objects.create(**month, currency="EUR", amount=2, minutes=1)
    RateCard.objects.create(team=team, currency="EUR", per_minute=2, created_by=actor)
    SpendEntry.objects.create(
        **month,
        asset=asset,
        dubbing=version.dubbing,
        message=asset.messages.first(),
        state=SpendState.COUNTED,
        minutes=1,
        currency="EUR",
        rate=2,
        amount=2,
        created_by=actor,
    )


def _make_times(team: Team, number: int) -> None:
    now = timezone.now()
    UsualTime.objects.create(
        team=team, step=Step.GENERATING, locale=f"x-{number}", lips_model="fast",
        length_group=number % 7, samples=1, recent=[60.0], median_seconds=60, p80_seconds=60,
        slow_seconds=360, learnt_at=now,
    )  # fmt: skip
    hour = now - timedelta(hours=number)
    RefusedCallbacks.objects.create(team=team, hour=hour, count=1, reason="forged", last_at=hour)


def _make_archived(team: Team, film: Film, number: int) -> None:
    ArchivedFile.objects.create(
        team=team,
        archive=make_archive(team, f"Download {number}"),
        position=0,
        part=1,
        name="film.mp4",
        film=film,
        stored_as="film.mp4",
        size=1,
        sha256="a" * 64,
        title="Film",
        locale="de-DE",
        version=1,
        made_at=timezone.now(),
    )


def _make_given(team: Team, actor: User, batch: Batch, number: int) -> None:
    """What comes with a batch, and what it begins with."""
    sheet = SheetImport.objects.create(
        team=team, name=f"Sheet {number}.csv", batch=batch, created_by=actor
    )
    SheetLine.objects.create(team=team, sheet=sheet, number=2, verdict=LineVerdict.NEW)
    SubtitleFile.objects.create(
        team=team, batch=batch, item=batch.items.first(), name="v.de.srt", original=b"1"
    )
    address = f"https://media.example.org/{number}.mp4?token=secret"
    LinkCheck.objects.create(
        team=team, address=address, digest=address_digest(address), asked_at=timezone.now()
    )
    Preset.objects.create(team=team, name=f"Template {number}", created_by=actor)
    LanguageSet.objects.create(team=team, name=f"Set {number}", locales=["de-DE"])


def make_one_of_each(team: Team, actor: User, number: int) -> Asset:
    """A video with all that can hang on one."""
    now = timezone.now()
    with all_teams("test"):
        project = Project.objects.create(team=team, name=f"Project {number}")
        key, _token = make_api_key(team, name=f"Machine {number}", created_by=actor)
        asset = make_asset(
            team, project=project, tags=["spring"], created_by=actor, reference=f"ref-{number}"
        )
        version = make_version(asset, status=VersionStatus.COMPLETED, generation=1)
        own = {"team": team, "asset": asset}
        film = make_film(version, attempts=1, error_message="No link yet.")
        _make_archived(team, film, number)
        make_message(asset, version=version, kind=Kind.GENERATE, actor=actor, actor_key=key)
        StatusChange.objects.create(
            **own,
            dubbing=version.dubbing,
            version=version,
            after="Completed",
            cause=Cause.PERSON,
            actor=actor,
            actor_key=key,
            at=now,
        )
        CallbackDelivery.objects.create(
            **own, event=Event.VERSION_READY, raw_event="version_ready", received_at=now
        )
        _make_spending(team, asset, version, actor)
        _make_times(team, number)
        batch = Batch.objects.create(team=team, title=f"Batch {number}", created_by=actor)
        BatchItem.objects.create(
            team=team, batch=batch, position=1, media_url="https://m.example.org/v.mp4", asset=asset
        )
        _make_given(team, actor, batch, number)
        IdempotentAnswer.objects.create(
            team=team, api_key=key, key=f"again-{number}", request_hash="0" * 64, body={"id": 1}
        )
        Invitation.objects.create(
            team=team,
            email=f"guest{number}@example.org",
            token_hash=hash_secret(str(number)),
            invited_by=actor,
            expires_at=now,
        )
    return asset


def make_many(count: int) -> None:
    """So many rows of each kind, over several teams and people."""
    for number in range(count):
        team = Team.objects.create(slug=f"many-{number}", name=f"Team {number}")
        user = make_user()
        Membership.objects.create(team=team, user=user, role=Role.OWNER)
        make_connection(team)
        asset = make_one_of_each(team, user, number)
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(Asset),
            object_id=str(asset.pk),
            object_repr=asset.title,
            action_flag=CHANGE,
            change_message="Hidden",
        )


def newest(model: type[Any]) -> Any:
    with all_teams("test"):
        return model._default_manager.order_by("-pk").first()


def refreshed(row: Any) -> Any:
    with all_teams("test"):
        return type(row)._default_manager.get(pk=row.pk)


def errors_of(answer: Any) -> dict[str, list[str]]:
    """Field → what the page that came back says is wrong with it."""
    assert answer.status_code == 200, "the form was taken"
    return dict(answer.context["adminform"].form.errors)
