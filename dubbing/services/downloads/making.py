"""A download is made: what stands in it is fixed here, its bytes are never stored."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team, User
from accounts.scoping import team_atomic
from config.storage import store
from dubbing import wake
from dubbing.archives.naming import safe_piece
from dubbing.archives.patterns import Pattern, PatternError
from dubbing.models import ArchivedFile, DownloadArchive, Dubbing, MemberDesk
from dubbing.services.actors import Actor
from dubbing.services.downloads.choosing import (
    Choice,
    PlannedFile,
    choose_films,
    finished_at,
    name_files,
)
from dubbing.services.downloads.layouts import part_layout, split_parts
from dubbing.states import ArchiveState

BATCH = 1000
SMALLEST_PART_BYTES = 100 * 10**6
LISTED_LEFT_OUT = 500


def read_pattern(text: str) -> Pattern:
    """Raises ValidationError under `pattern`."""
    try:
        return Pattern.parse(text)
    except PatternError as error:
        raise ValidationError(
            {"pattern": ValidationError(str(error), code="invalid_pattern")}
        ) from None


def make_archive(
    *,
    team: Team,
    actor: Actor,
    dubbings: QuerySet[Dubbing],
    pattern: str,
    include_srt: bool = False,
    part_bytes: int | None = None,
    submission: uuid.UUID | None = None,
) -> DownloadArchive:
    """Fixes what these dubs' films are at this moment. `submission` names one request: its repeat
    finds the archive of the first.

    Raises ValidationError: under `pattern`, or `nothing_to_download`, `too_many_films`.
    """
    if submission and (earlier := DownloadArchive.objects.filter(submission=submission).first()):
        found: DownloadArchive = earlier
        return found
    parsed = read_pattern(pattern)
    choice = choose_films(dubbings)
    if not choice.films:
        raise ValidationError(
            "None of the chosen dubs has a finished film yet.", code="nothing_to_download"
        )
    archive = _new_archive(team, actor, choice, submission)
    archive.pattern, archive.include_srt = parsed.text, include_srt
    archive.part_bytes = part_bytes
    planned = name_files(choice, parsed, include_srt=include_srt)
    try:
        with team_atomic():
            archive.save(force_insert=True)
            _fix_files(archive, planned)
            if archive.state == ArchiveState.PREPARING:
                wake.after_commit(wake.PACK, team.pk, archive.pk)
            if actor.user is not None:
                _remember_pattern(team, actor.user, parsed.text)
    except IntegrityError:
        winner = DownloadArchive.objects.filter(submission=submission).first()
        if submission is None or winner is None:
            raise
        raced: DownloadArchive = winner
        return raced
    return archive


def _new_archive(
    team: Team, actor: Actor, choice: Choice, submission: uuid.UUID | None
) -> DownloadArchive:
    now = timezone.now()
    return DownloadArchive(
        team=team,
        name=_name(team, choice, now.strftime("%Y-%m-%d")),
        films_count=len(choice.films),
        left_out=[
            {
                "title": left.dubbing.asset.title,
                "locale": left.dubbing.locale_id,
                "reason": left.reason,
            }
            for left in choice.left_out[:LISTED_LEFT_OUT]
        ],
        left_out_count=len(choice.left_out),
        submission=submission,
        created_by=actor.user,
        created_by_key=actor.key,
        created_at=now,
        expires_at=now + timedelta(days=settings.KEEP_ARCHIVES_DAYS),
    )


def _name(team: Team, choice: Choice, day: str) -> str:
    """After the one project, else the team."""
    projects = {dubbing.asset.project for dubbing, _ in choice.films}
    only = projects.pop() if len(projects) == 1 else None
    return f"{safe_piece(only.name if only else team.name, [])[:120]} {day}"


def _fix_files(archive: DownloadArchive, planned: list[PlannedFile]) -> None:
    numbers = split_parts([file.size for file in planned], archive.part_bytes)
    count = numbers[-1]
    needs_sums = False
    for part, group in groupby(zip(numbers, planned, strict=True), key=lambda pair: pair[0]):
        rows = list(_rows(archive, [file for _, file in group], part))
        ArchivedFile.objects.bulk_create(rows, batch_size=BATCH)
        needs_sums |= any(row.crc32 is None for row in rows)
        size = part_layout(archive, rows, part=part, parts=count).size
        name = archive.name if count == 1 else f"{archive.name} part {part} of {count}"
        archive.parts.append({"name": f"{name}.zip", "size": size, "files": len(rows)})
    archive.size = sum(part["size"] for part in archive.parts)
    # In a bucket films are fetched one by one, which takes no CRC-32.
    is_ready = not needs_sums or not store().is_local
    archive.state = ArchiveState.READY if is_ready else ArchiveState.PREPARING
    archive.save(update_fields=["parts", "size", "state"])


def _rows(
    archive: DownloadArchive, planned: list[PlannedFile], part: int
) -> Iterator[ArchivedFile]:
    texts = _texts(planned)
    position = sum(one["files"] for one in archive.parts)
    for place, file in enumerate(planned, start=position):
        asset, film = file.dubbing.asset, file.film
        row = ArchivedFile(
            team_id=archive.team_id,
            archive=archive,
            position=place,
            part=part,
            name=file.name.path,
            film=film,
            project=asset.project.name if asset.project else "",
            title=asset.title,
            reference=asset.reference,
            locale=file.dubbing.locale_id,
            version=file.dubbing.current.number if file.dubbing.current else 0,
            made_at=finished_at(file.dubbing, film),
        )
        if file.is_srt:
            _take_text(row, texts[file.dubbing.pk])
        else:
            row.stored_as = film.file.name or ""
            row.size, row.crc32, row.sha256 = file.size, film.crc32, film.sha256
        yield row


def _texts(planned: list[PlannedFile]) -> dict[Any, str]:
    ids = [file.dubbing.pk for file in planned if file.is_srt]
    return dict(Dubbing.objects.filter(pk__in=ids).values_list("pk", "srt"))


def _take_text(row: ArchivedFile, text: str) -> None:
    raw = text.encode()
    row.text, row.size = text, len(raw)
    row.crc32, row.sha256 = zlib.crc32(raw), hashlib.sha256(raw).hexdigest()


def _remember_pattern(team: Team, user: User, pattern: str) -> None:
    MemberDesk.objects.update_or_create(
        team=team, user=user, defaults={"download_pattern": pattern}
    )


def remembered_pattern(user: User) -> str:
    """How this person last had films named; empty where nothing was."""
    kept = MemberDesk.objects.filter(user=user).values_list("download_pattern", flat=True)
    return kept.first() or ""
