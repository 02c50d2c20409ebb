"""Which films a download is made of, and which of the chosen dubs have none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Func, IntegerField, QuerySet
from django.utils import timezone

from dubbing.archives.manifest import MANIFEST_NAMES
from dubbing.archives.naming import Namer, SafeName
from dubbing.archives.patterns import Pattern
from dubbing.models import Dubbing, Film
from dubbing.states import BADGES, FilmState, Stage, VersionStatus

MOST_DUBS = 10_000
NO_PROJECT = "No project"
NOT_COPIED = "Its film is still being copied to the desk."
NO_VERSION = "It has no version yet."


@dataclass(frozen=True)
class LeftOut:
    """A chosen dub that has no film."""

    dubbing: Dubbing
    reason: str


@dataclass(frozen=True)
class Choice:
    """`films` in the order of the archive, each with its dubbing (`srt` is not loaded)."""

    films: list[tuple[Dubbing, Film]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def dubs_count(self) -> int:
        return len(self.films) + len(self.left_out)


@dataclass(frozen=True)
class PlannedFile:
    """One file with its name. `size` in bytes; a film's subtitles have `is_srt`."""

    dubbing: Dubbing
    film: Film
    name: SafeName
    size: int
    is_srt: bool = False


def choose_films(dubbings: QuerySet[Dubbing]) -> Choice:
    """The newest film of each dub's current version. Raises ValidationError (`too_many_films`)."""
    rows = list(
        dubbings.select_related("asset__project", "locale", "current")
        .only(*_shown_columns())
        .annotate(srt_bytes=Func(F("srt"), function="octet_length", output_field=IntegerField()))
        .order_by("asset__project__name", "asset__title", "asset_id", "locale_id")[: MOST_DUBS + 1]
    )
    if len(rows) > MOST_DUBS:
        raise ValidationError(
            f"At most {MOST_DUBS:,} dubs go into one download. Narrow the choice.",
            code="too_many_films",
        )
    films = _newest_films([row.current_id for row in rows if row.current_id])
    choice = Choice()
    for row in rows:
        film = films.get(row.current_id)
        if film is not None and film.state == FilmState.STORED:
            choice.films.append((row, film))
        else:
            choice.left_out.append(LeftOut(row, _why_none(row)))
    return choice


def _shown_columns() -> list[str]:
    own = ("id", "team", "asset", "locale", "current", "stage")
    asset = ("title", "reference", "project", "team")
    return [
        *own,
        *(f"asset__{name}" for name in asset),
        *("asset__project__name", "locale__name"),
        *("current__number", "current__status", "current__generation", "current__completed_at"),
    ]


def _newest_films(version_ids: list[Any]) -> dict[Any, Film]:
    """By version, those of its present life only: after a revise an older film is outdated."""
    films = Film.objects.filter(
        version_id__in=version_ids, generation=F("version__generation")
    ).defer("facts")
    return {film.version_id: film for film in films}


def _why_none(dubbing: Dubbing) -> str:
    if dubbing.current is None:
        return NO_VERSION
    if dubbing.current.status == VersionStatus.COMPLETED:
        return NOT_COPIED
    return f"{BADGES[Stage(dubbing.stage)].label}: no finished film yet."


def name_files(choice: Choice, pattern: Pattern, *, include_srt: bool) -> list[PlannedFile]:
    """Every file of the archive but its manifest, in order."""
    namer = Namer(MANIFEST_NAMES)
    planned = []
    for dubbing, film in choice.films:
        pieces = pattern.fill(_values(dubbing, film))
        ending = PurePosixPath(film.file.name or "").suffix.lstrip(".") or "mp4"
        planned.append(PlannedFile(dubbing, film, namer.name(pieces, ending), film.size or 0))
        size: int = dubbing.srt_bytes  # type: ignore[attr-defined]
        if include_srt and size:
            planned.append(PlannedFile(dubbing, film, namer.name(pieces, "srt"), size, True))
    return planned


def finished_at(dubbing: Dubbing, film: Film) -> datetime:
    told = dubbing.current.completed_at if dubbing.current else None
    return told or film.stored_at or film.created_at


def _values(dubbing: Dubbing, film: Film) -> dict[str, str]:
    asset = dubbing.asset
    return {
        "project": asset.project.name if asset.project else NO_PROJECT,
        "video": asset.title,
        "reference": asset.reference or asset.title,
        "locale": dubbing.locale_id,
        "language": dubbing.locale.name,
        "version": str(dubbing.current.number) if dubbing.current else "",
        "date": timezone.localtime(finished_at(dubbing, film)).strftime("%Y-%m-%d"),
    }
