"""The bytes of an archive's parts, as far as they are not films: a pure function of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from dubbing.archives.manifest import Line, manifest_files
from dubbing.archives.zips import Entry, Layout, lay_out
from dubbing.models import ArchivedFile, DownloadArchive

# What headers and lists say of one file, at most: parts must not come out larger than asked.
OVERHEAD_BYTES = 2500


def split_parts(sizes: Sequence[int], part_bytes: int | None) -> list[int]:
    """To each file, in order, its part from 1 on. No part is larger than `part_bytes`, unless one
    film is."""
    parts, part, used = [], 1, 0
    for size in sizes:
        whole = size + OVERHEAD_BYTES
        if part_bytes and used and used + whole > part_bytes:
            part, used = part + 1, 0
        parts.append(part)
        used += whole
    return parts


def part_layout(
    archive: DownloadArchive, files: Iterable[ArchivedFile], *, part: int, parts: int
) -> Layout:
    """Where every byte of this part stands. A film without its CRC-32 yet counts as 0, which
    changes no length."""
    rows = list(files)
    listed = manifest_files(
        [_line(row) for row in rows],
        archive=str(archive.pk),
        made_at=archive.created_at.astimezone(UTC).isoformat(),
        part=f"{part} of {parts}",
    )
    made = archive.created_at.astimezone(UTC)
    return lay_out(
        [
            *(Entry.of(name, made, content) for name, content in listed),
            *map(_entry, rows),
        ]
    )


def _entry(row: ArchivedFile) -> Entry:
    at = row.made_at.astimezone(UTC)
    if not row.stored_as:
        return Entry.of(row.name, at, row.text.encode())
    return Entry(row.name, at, row.size, row.crc32 or 0, source=row.stored_as)


def _line(row: ArchivedFile) -> Line:
    return Line(
        file=row.name,
        project=row.project,
        video=row.title,
        reference=row.reference,
        locale=row.locale,
        version=row.version,
        date=row.made_at.astimezone(UTC).isoformat(),
        size=row.size,
        sha256=row.sha256,
    )
