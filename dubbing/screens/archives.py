"""Downloads in bulk: what one would hold, and what became of those that were made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from dubbing.archives.patterns import TOKENS, Pattern, PatternError, braced
from dubbing.models import ArchivedFile, DownloadArchive, Dubbing
from dubbing.services.downloads import (
    Choice,
    PlannedFile,
    choose_films,
    is_composed,
    name_files,
    part_link,
)
from dubbing.states import ARCHIVE_BADGES, ArchiveState, Badge

NAMES_SHOWN = 50
FILES_SHOWN = 200
LEFT_OUT_SHOWN = 50
ARCHIVES_SHOWN = 100
WORDS = [(braced(word), meaning) for word, meaning in TOKENS.items()]


@dataclass(frozen=True)
class Preview:
    """What a download would hold, named as the form says just now."""

    dubbings: QuerySet[Dubbing]
    pattern: str
    include_srt: bool = False

    @cached_property
    def _tried(self) -> tuple[Choice, str]:
        try:
            return choose_films(self.dubbings), ""
        except ValidationError as error:
            return Choice(), " ".join(error.messages)

    @property
    def choice(self) -> Choice:
        return self._tried[0]

    @cached_property
    def problem(self) -> str:
        """Why nothing can be chosen or named; empty where it can."""
        try:
            Pattern.parse(self.pattern)
        except PatternError as error:
            return str(error)
        return self._tried[1]

    @cached_property
    def files(self) -> list[PlannedFile]:
        if self.problem:
            return []
        pattern = Pattern.parse(self.pattern)
        return name_files(self.choice, pattern, include_srt=self.include_srt)

    @property
    def shown(self) -> list[PlannedFile]:
        return self.files[:NAMES_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.files) - NAMES_SHOWN)

    @cached_property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @cached_property
    def changes(self) -> list[tuple[str, int]]:
        """What had to be done to names, and to how many."""
        counted = Counter(change for file in self.files for change in file.name.changes)
        return counted.most_common()

    @property
    def left_out(self) -> list[Any]:
        return self.choice.left_out[:LEFT_OUT_SHOWN]

    @property
    def more_left_out(self) -> int:
        return max(0, len(self.choice.left_out) - LEFT_OUT_SHOWN)


@dataclass(frozen=True)
class Part:
    """`number` from 1; `link` opens it without a login for a day."""

    number: int
    name: str
    size: int
    files: int
    url: str
    link: str


@dataclass(frozen=True)
class ArchiveScreen:
    archive: DownloadArchive
    member: str

    @property
    def badge(self) -> Badge:
        return ARCHIVE_BADGES[ArchiveState(self.archive.state)]

    @property
    def is_preparing(self) -> bool:
        return self.archive.state == ArchiveState.PREPARING

    @property
    def is_failed(self) -> bool:
        return self.archive.state == ArchiveState.FAILED

    @property
    def is_over(self) -> bool:
        return self.archive.is_over

    @property
    def is_ready(self) -> bool:
        return self.archive.is_ready

    @property
    def is_composed(self) -> bool:
        return is_composed()

    @cached_property
    def summed(self) -> int:
        """Films whose sums are known, while it is prepared."""
        return self._films.exclude(crc32=None).count()

    @property
    def revision(self) -> str:
        return f"{self.archive.revision}-{self.summed if self.is_preparing else ''}"

    @property
    def live_url(self) -> str:
        return reverse("dubbing:archive-progress", args=[self.archive.pk])

    @cached_property
    def parts(self) -> list[Part]:
        return [
            Part(number, part["name"], part["size"], part["files"], *self._links(number))
            for number, part in enumerate(self.archive.parts, start=1)
        ]

    def _links(self, number: int) -> tuple[str, str]:
        url = reverse("dubbing:archive-part", args=[self.archive.pk, number])
        if not (self.is_ready and is_composed()):
            return url, ""
        return url, part_link(archive=self.archive, part=number, member=self.member)

    @cached_property
    def files(self) -> list[ArchivedFile]:
        return list(self.archive.files.order_by("position").defer("text")[:FILES_SHOWN])

    @property
    def more_files(self) -> int:
        held: int = sum(part["files"] for part in self.archive.parts)
        return max(0, held - FILES_SHOWN)

    @property
    def left_out(self) -> list[dict[str, str]]:
        return list(self.archive.left_out[:LEFT_OUT_SHOWN])

    @property
    def more_left_out(self) -> int:
        return max(0, self.archive.left_out_count - LEFT_OUT_SHOWN)

    @property
    def _films(self) -> QuerySet[ArchivedFile]:
        films: QuerySet[ArchivedFile] = self.archive.files.exclude(stored_as="")
        return films


def recent_archives(member: str) -> list[ArchiveScreen]:
    rows = DownloadArchive.objects.alive(timezone.now()).select_related(
        "created_by", "created_by_key"
    )
    return [ArchiveScreen(row, member) for row in rows.defer("left_out")[:ARCHIVES_SHOWN]]
