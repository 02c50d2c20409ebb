"""Rows that only the tests of pages need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.scoping import all_teams
from dubbing.models import Asset, Film, OutboxMessage, StatusChange, Version
from dubbing.states import Cause, FilmState, Kind, MessageState


def make_film(version: Version, *, generation: int = 1, content: bytes = b"film") -> Film:
    """Stored in our own storage, as large as its content."""
    with all_teams("test"):
        film = Film(
            team_id=version.team_id,
            asset=version.asset,
            version=version,
            generation=generation,
            state=FilmState.STORED,
            size=len(content),
            sha256="ab" * 32,
            duration_seconds="63.000",
            stored_at=timezone.now(),
        )
        film.file.save(f"{film.id}.mp4", ContentFile(content), save=False)
        film.save()
        Version.objects.filter(pk=version.pk).update(generation=generation)
        version.generation = generation
    return film


def make_wanted_film(version: Version, *, generation: int = 1, error: str = "") -> Film:
    with all_teams("test"):
        Version.objects.filter(pk=version.pk).update(generation=generation)
        version.generation = generation
        return Film.objects.create(
            team_id=version.team_id,
            asset=version.asset,
            version=version,
            generation=generation,
            error_message=error,
        )


def make_message(
    asset: Asset,
    kind: Kind,
    state: MessageState,
    *,
    version: Version | None = None,
    **changes: Any,
) -> OutboxMessage:
    with all_teams("test"):
        return OutboxMessage.objects.create(
            team_id=asset.team_id,
            asset=asset,
            kind=kind,
            state=state,
            version=version,
            due_at=timezone.now(),
            **changes,
        )


def make_change(asset: Asset, note: str, **changes: Any) -> StatusChange:
    with all_teams("test"):
        return StatusChange.objects.create(
            team_id=asset.team_id,
            asset=asset,
            note=note,
            cause=changes.pop("cause", Cause.DESK),
            at=timezone.now(),
            **changes,
        )


def settle(asset: Asset) -> None:
    """Checked a moment ago and due much later: nothing asks for another look."""
    now = timezone.now()
    with all_teams("test"):
        Asset.objects.filter(pk=asset.pk).update(
            checked_at=now, refresh_due_at=now + timedelta(days=1)
        )


def reload(row: Any) -> Any:
    with all_teams("test"):
        return type(row).objects.get(pk=row.pk)
