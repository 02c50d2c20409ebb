"""By which links a download is fetched: edge composes it, or a bucket sends film after film."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.storage import Showing, store
from dubbing.models import ArchivedFile, DownloadArchive
from dubbing.services.downloads.layouts import part_layout
from edge.archive_tokens import ArchiveGrant, archive_path
from edge.plans import plan_path, remove_plans, write_plan
from edge.tokens import plain_name

# Long enough for a slow line over night; the page gives a new one, which goes on where it stood.
LINK_SECONDS = 24 * 3600


def is_composed() -> bool:
    """Whether edge can send all films as one file. What lies in a bucket passes through nobody."""
    return store().is_local


def part_link(*, archive: DownloadArchive, part: int, member: str) -> str:
    """Where edge sends this part (from 1), to be followed at once and gone on with for a day.

    Raises ValidationError (`archive_not_ready`), and OSError where its plan cannot be written.
    """
    _require_ready(archive)
    path = plan_path(Path(settings.PLAN_DIR), str(archive.pk), part)
    if not path.exists():
        _write(archive, part, path)
    grant = ArchiveGrant(
        archive=str(archive.pk),
        part=part,
        filename=archive.parts[part - 1]["name"],
        member=member,
        team=str(archive.team_id),
    )
    left = max(60, int((archive.expires_at - timezone.now()).total_seconds()))
    secret = str(settings.SECRET_KEY)
    seconds = min(LINK_SECONDS, left)
    return str(settings.EDGE_URL) + archive_path(grant, secret=secret, seconds=seconds)


def _write(archive: DownloadArchive, part: int, path: Path) -> None:
    """Whatever is lost is written again, byte for byte."""
    files = archive.files.filter(part=part).order_by("position")
    layout = part_layout(archive, files, part=part, parts=len(archive.parts))
    write_plan(path, size=layout.size, films=layout.films, rest=layout.literals)


def _require_ready(archive: DownloadArchive) -> None:
    if archive.is_over:
        raise ValidationError("The download is over. Make it anew.", code="archive_not_ready")
    if not archive.is_ready:
        raise ValidationError("The download is not ready.", code="archive_not_ready")


def fetch_list(*, archive: DownloadArchive) -> Iterator[str]:
    """A file for `curl --config`: each film's signed link and name. For films in a bucket; not to
    be stored or logged. Raises ValidationError, and OSError where the bucket cannot sign."""
    _require_ready(archive)
    if is_composed():
        raise ValidationError("It is downloaded as one file.", code="archive_not_ready")
    yield "# curl --parallel --config THIS-FILE\n# Run it again to go on where it stopped.\n"
    yield "create-dirs\nfail\ncontinue-at = -\n"
    for row in archive.files.exclude(stored_as="").order_by("position").iterator():
        yield f'\nurl = "{_signed(row)}"\noutput = "{_quoted(row.name)}"\n'


def film_links(*, archive: DownloadArchive) -> Iterator[tuple[ArchivedFile, str]]:
    """Each film with its signed link. Raises as `fetch_list` does."""
    _require_ready(archive)
    for row in archive.files.exclude(stored_as="").order_by("position").iterator():
        yield row, _signed(row)


def _signed(row: ArchivedFile) -> str:
    kind = mimetypes.guess_type(row.name)[0] or "application/octet-stream"
    showing = Showing(kind, plain_name(row.name.rpartition("/")[2]), inline=False)
    return store().signed_link(row.stored_as, showing, seconds=LINK_SECONDS)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def delete_archive(*, archive: DownloadArchive) -> None:
    """Its links open nothing from now on; the films stay."""
    remove_plans(Path(settings.PLAN_DIR), str(archive.pk))
    archive.delete()


def drop_old_plans(*, now: datetime) -> int:
    """Plans that no archive can have any more, such as after a restore; how many."""
    before = (now - timedelta(days=settings.KEEP_ARCHIVES_DAYS + 1)).timestamp()
    dropped = 0
    for path in Path(settings.PLAN_DIR).glob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
