"""Films copied before their CRC-32 was kept are read once, by a worker."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.db.models import F, QuerySet

from accounts.scoping import team_atomic
from config.storage import store
from dubbing.media import Sums, sums_of
from dubbing.media.digests import Readable
from dubbing.models import ArchivedFile, DownloadArchive, Film
from dubbing.services.clock import Lease, database_now, lease_from
from dubbing.states import ArchiveState

logger = logging.getLogger(__name__)


class FilmUnfitError(Exception):
    """The film is not what was stored; the text names it."""


class _Leased:
    """Keeps the claim alive while a long film is read."""

    def __init__(self, file: Readable, lease: Lease) -> None:
        self._file, self._lease = file, lease

    def read(self, size: int, /) -> bytes:
        self._lease.keep()
        return self._file.read(size)


def prepare_archive(*, archive_id: uuid.UUID) -> None:
    """Ends quietly when another worker has it. A storage that does not answer is asked again when
    the lease is over."""
    archive = _claim(archive_id, database_now())
    if archive is None:
        return
    lease = Lease(lambda until: _mine(archive).update(lease_until=until))
    try:
        for file in archive.files.filter(crc32=None).select_related("film").order_by("position"):
            _sum_up(file, lease)
    except FilmUnfitError as error:
        _settle(archive, ArchiveState.FAILED, str(error))
    except OSError as error:
        logger.warning("archive %s waits for the storage: %s", archive.pk, type(error).__name__)
    else:
        _settle(archive, ArchiveState.READY)


def _claim(archive_id: uuid.UUID, now: datetime) -> DownloadArchive | None:
    with team_atomic():
        archive: DownloadArchive | None = (
            DownloadArchive.objects.to_prepare(now)
            .select_for_update(skip_locked=True)
            .filter(pk=archive_id)
            .first()
        )
        if archive is not None:
            archive.lease_until = lease_from(now)
            archive.revision += 1
            archive.save(update_fields=["lease_until", "revision"])
    return archive


def _mine(archive: DownloadArchive) -> QuerySet[DownloadArchive]:
    mine: QuerySet[DownloadArchive] = DownloadArchive.objects.filter(
        pk=archive.pk, revision=archive.revision, state=ArchiveState.PREPARING
    )
    return mine


def _sum_up(file: ArchivedFile, lease: Lease) -> None:
    known = file.film.crc32 if file.film else None
    if known is None:
        known = _read(file, lease).crc32
        Film.objects.filter(pk=file.film_id).update(crc32=known)
    ArchivedFile.objects.filter(pk=file.pk).update(crc32=known)


def _read(file: ArchivedFile, lease: Lease) -> Sums:
    """Raises FilmUnfitError, OSError."""
    try:
        with store().open_stream(file.stored_as) as (stream, size):
            sums = sums_of(_Leased(stream, lease))
    except FileNotFoundError:
        raise FilmUnfitError(f"“{file.name}” is no longer in the desk’s storage.") from None
    if size != file.size or sums.sha256 != file.sha256:
        raise FilmUnfitError(f"“{file.name}” is no longer what was stored: its checksum differs.")
    return sums


def _settle(archive: DownloadArchive, state: ArchiveState, reason: str = "") -> None:
    _mine(archive).update(
        state=state, error_message=reason, lease_until=None, revision=F("revision") + 1
    )
