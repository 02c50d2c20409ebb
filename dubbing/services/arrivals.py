"""An upload whose last byte is here: looked into, summed and moved into the storage.

Whatever happens in between, the next attempt goes on: the bytes lie in the spool until they lie in
the storage, and what was found out about them is written down before they move.
"""

from __future__ import annotations

import logging
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db.models import F, Q
from django.utils import timezone

from accounts.scoping import team_atomic
from config.storage import store
from dubbing.media import (
    MediaFacts,
    NotMediaError,
    make_poster,
    probe_audio,
    probe_media,
    sha256_of,
)
from dubbing.models import BatchItem, Upload
from dubbing.services.clock import Lease, database_now, lease_from
from dubbing.services.films import MovableFile
from dubbing.services.uploads import ON_THE_WAY, spool, stored_names
from dubbing.states import UploadState
from edge.spool import REFUSED, WHOLE, BusyError, End, EndedError, GoneError

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
SUM_DIFFERS = "What came is not what was announced: its SHA-256 is another. Send the file again."
LOST = "What had come of this file is not here any more. Send the file again."


class LeaseLostError(Exception):
    """Another worker has it, or it was given up."""


def finish_upload(*, upload_id: uuid.UUID) -> None:
    """One attempt to take over a whole upload; ends quietly when another worker has it."""
    upload = _claim(upload_id, database_now())
    if upload is None:
        return
    try:
        _finish(upload)
    except (BusyError, LeaseLostError):
        _try_later(upload)
    except OSError as error:
        logger.warning("an upload could not be stored yet: %s", type(error).__name__)
        _try_later(upload)


def _claim(upload_id: uuid.UUID, now: datetime) -> Upload | None:
    with team_atomic():
        rows = Upload.objects.select_for_update(skip_locked=True).filter(arriving(now))
        upload: Upload | None = rows.filter(pk=upload_id).first()
        if upload is not None:
            upload.attempts += 1
            upload.lease_until = lease_from(now)
            upload.save(update_fields=["attempts", "lease_until"])
    return upload


def arriving(now: datetime) -> Q:
    """Not in a worker's hands, and neither done nor ended."""
    return Q(state__in=ON_THE_WAY, used_at=None) & (Q(lease_until=None) | Q(lease_until__lt=now))


def due_arrivals(now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Team and id of uploads that wait for a worker, by what lies in the spool. In any scope."""
    ended = set()
    for name, ending, _ in spool().names():
        if ending == "end":
            ended.add(name)
    rows = Upload.objects.filter(arriving(now)).order_by("pk")
    return [
        (upload.team_id, upload.pk)
        for upload in rows.only("team_id", "pk", "state", "size").iterator()
        if upload.state == UploadState.CHECKING
        or str(upload.pk) in ended
        or spool().length(str(upload.pk)) == upload.size
    ]


def _finish(upload: Upload) -> None:
    name = str(upload.pk)
    try:
        with spool().alone_with(name) as part:
            if part.offset < upload.size:
                _note(upload, lease_until=None)
                return
            _take_over(upload)
    except GoneError:
        _go_on(upload)
    except EndedError as error:
        _settle_end(upload, error.end)


def _take_over(upload: Upload) -> None:
    """Its bytes are all in the spool, and nobody writes to them."""
    path = spool().part(str(upload.pk))
    if upload.state == UploadState.RECEIVING:
        _note(upload, state=UploadState.CHECKING)
    if not upload.sha256:
        try:
            _look_into(upload, path)
        except NotMediaError as error:
            _refuse(upload, error.code, str(error))
            return
    with MovableFile(path, _lease_of(upload).keep) as content:
        upload.file.save(f"file{_ending(upload.name)}", content, save=False)
    _settle_ready(upload)


def _look_into(upload: Upload, path: Path) -> None:
    """Writes down what it is. Raises NotMediaError."""
    with MovableFile(path, _lease_of(upload).keep) as file:
        digest = sha256_of(file)
    if upload.expected_sha256 not in ("", digest):
        raise NotMediaError(SUM_DIFFERS, "checksum_mismatch")
    facts = _facts(path)
    poster = _poster(upload, path) if facts.has_video else ""
    _note(upload, sha256=digest, facts=facts.as_json(), poster=poster)


def _facts(path: Path) -> MediaFacts:
    """Of a video, or of a sound: that may be somebody's background track."""
    try:
        return probe_media(path)
    except NotMediaError as error:
        if error.code != "no_video_stream":
            raise
        return probe_audio(path)


def _poster(upload: Upload, path: Path) -> str:
    """The stored picture's name; empty where none can be made."""
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        target = Path(folder) / "poster.jpg"
        try:
            make_poster(path, target, at=None)
        except NotMediaError:
            return ""
        with target.open("rb") as picture:
            upload.poster.save("poster.jpg", File(picture), save=False)
    return upload.poster.name or ""


def _ending(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 9 else ""


def _go_on(upload: Upload) -> None:
    """The spool holds it no more: an attempt before this one ended after the move."""
    if found := _stored_before(upload):
        upload.file.name = found
        _settle_ready(upload)
    else:
        logger.error("upload %s is neither in the spool nor in the storage", upload.pk)
        _refuse(upload, "file_missing", LOST)


def _stored_before(upload: Upload) -> str:
    """The name in the storage of the very bytes that were summed; empty where there are none."""
    if not upload.sha256:
        return ""
    for name in stored_names(upload):
        if store().size(name) == upload.size:  # type: ignore[attr-defined]
            with store().open_stream(name) as (file, _):
                if sha256_of(file) == upload.sha256:
                    return name
    return ""


def _settle_ready(upload: Upload) -> None:
    now = timezone.now()
    try:
        with team_atomic():
            _note(
                upload,
                state=UploadState.READY,
                file=upload.file.name,
                finished_at=now,
                expires_at=now + timedelta(days=settings.KEEP_UPLOADS_DAYS),
                lease_until=None,
            )
            recheck_rows_with(upload)
    except LeaseLostError:
        upload.file.storage.delete(upload.file.name or "")
        raise
    spool().end(str(upload.pk), End(WHOLE))
    _drop_leftovers(upload)


def _drop_leftovers(upload: Upload) -> None:
    """Of attempts that ended midway."""
    if upload.attempts == 1:
        return
    for name in set(stored_names(upload)) - {upload.file.name, upload.poster.name}:
        upload.file.storage.delete(name)


def _settle_end(upload: Upload, end: End) -> None:
    """Edge would not have it, or somebody gave it up there."""
    if end.state == REFUSED:
        _refuse(upload, end.code, end.message)
    elif end.state != WHOLE:
        _note(upload, state=UploadState.GIVEN_UP, lease_until=None)


def _refuse(upload: Upload, code: str, message: str) -> None:
    with team_atomic():
        _note(
            upload,
            state=UploadState.REFUSED,
            error_code=code,
            error_message=message,
            finished_at=timezone.now(),
            lease_until=None,
        )
        recheck_rows_with(upload)
    spool().end(str(upload.pk), End(REFUSED, code, message))


def recheck_rows_with(upload: Upload) -> None:
    """Rows of batches that wait for this file are judged anew."""
    rows = BatchItem.objects.filter(Q(upload=upload) | Q(background_upload=upload), asset=None)
    rows.update(check_due_at=timezone.now(), check_lease_until=None)


def _note(upload: Upload, **changes: Any) -> None:
    """Writes as long as the upload is ours. Raises LeaseLostError."""
    mine = Upload.objects.filter(
        pk=upload.pk,
        attempts=upload.attempts,
        state__in=ON_THE_WAY,
    )
    if not mine.update(revision=F("revision") + 1, **changes):
        raise LeaseLostError
    for name, value in changes.items():
        setattr(upload, name, value)


def _lease_of(upload: Upload) -> Lease:
    mine = Upload.objects.filter(pk=upload.pk, attempts=upload.attempts, state__in=ON_THE_WAY)
    return Lease(lambda until: mine.update(lease_until=until))


def _try_later(upload: Upload) -> None:
    wait = min(FIRST_WAIT * 2 ** min(upload.attempts, 10), LONGEST_WAIT)
    mine = Upload.objects.filter(pk=upload.pk, attempts=upload.attempts, state__in=ON_THE_WAY)
    mine.update(lease_until=database_now() + wait)
