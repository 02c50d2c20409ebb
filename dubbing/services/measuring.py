"""Listens to a video that has arrived, and draws its waveform and strip of pictures.

It may take minutes of a processor, so it comes after the upload is ready, a few at a time.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from config.storage import store
from dubbing import wake
from dubbing.media import NotMediaError, listen, make_strip
from dubbing.models import BatchItem, Upload
from dubbing.services.clock import Lease, database_now, lease_from
from dubbing.services.slots import MEASURING, free_slot

WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
GIVEN_UP = "Its sound could not be looked into."
COPY_BYTES = 1 << 20


def measure_upload(*, upload_id: uuid.UUID) -> None:
    """One attempt; ends quietly where another worker has it or all slots are taken."""
    with free_slot(MEASURING, settings.MEASURES_AT_ONCE) as free:
        upload = _claim(upload_id) if free else None
        if upload is None:
            return
        try:
            _measure(upload)
        except OSError:
            _try_later(upload)


def _claim(upload_id: uuid.UUID) -> Upload | None:
    now = database_now()
    with team_atomic():
        rows = Upload.objects.to_measure(now).select_for_update(skip_locked=True)
        upload: Upload | None = rows.filter(pk=upload_id).first()
        if upload is not None:
            upload.measure_attempts += 1
            upload.measure_lease_until = lease_from(now)
            upload.save(update_fields=["measure_attempts", "measure_lease_until"])
    return upload


def _mine(upload: Upload) -> Any:
    return Upload.objects.filter(
        pk=upload.pk, measure_attempts=upload.measure_attempts, measured_at=None
    )


def _measure(upload: Upload) -> None:
    lease = Lease(lambda until: _mine(upload).update(measure_lease_until=until))
    with _local(upload, lease) as path:
        sound = _sound(upload, path, lease)
        if upload.facts.get("width"):
            _draw_strip(upload, path)
    _settle(upload, sound)


@contextmanager
def _local(upload: Upload, lease: Lease) -> Iterator[Path]:
    """The file on this machine's disk: our own, or a copy for as long as it is needed."""
    name = upload.file.name or ""
    if store().is_local:
        yield Path(default_storage.path(name))
        return
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        with store().open_stream(name) as (source, _):
            while piece := source.read(COPY_BYTES):
                copy.write(piece)
                lease.keep()
        copy.flush()
        yield Path(copy.name)


def _sound(upload: Upload, path: Path, lease: Lease) -> dict[str, Any]:
    """As facts keep it; the waveform is stored on the way."""
    if not upload.facts.get("audio_tracks"):
        return {}
    try:
        sound = listen(path, while_waiting=lease.keep)
    except NotMediaError as error:
        return {"error": f"{GIVEN_UP} {error.message}"}
    upload.waveform.save("waveform.json", ContentFile(sound.waveform), save=False)
    return sound.facts.as_json()


def _draw_strip(upload: Upload, path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=settings.FILE_UPLOAD_TEMP_DIR))
    try:
        make_strip(path, folder / "strip.jpg")
        with (folder / "strip.jpg").open("rb") as picture:
            upload.strip.save("strip.jpg", File(picture), save=False)
    except NotMediaError:
        return
    finally:
        shutil.rmtree(folder)


def _settle(upload: Upload, sound: dict[str, Any]) -> None:
    with team_atomic():
        written = _mine(upload).update(
            facts=upload.facts | ({"sound": sound} if sound else {}),
            waveform=upload.waveform.name or "",
            strip=upload.strip.name or "",
            measured_at=timezone.now(),
            measure_lease_until=None,
            revision=F("revision") + 1,
        )
        if written:
            _check_rows_with(upload)
    if not written:
        for file in (upload.waveform, upload.strip):
            if file:
                file.storage.delete(file.name or "")


def _check_rows_with(upload: Upload) -> None:
    rows = BatchItem.objects.unsent().filter(upload=upload)
    rows.update(check_due_at=timezone.now())
    for team_id, batch_id in set(rows.values_list("team_id", "batch_id")):
        wake.after_commit(wake.PREFLIGHT, team_id, batch_id)


def _try_later(upload: Upload) -> None:
    """The storage did not give or take the files; after some attempts it goes on without."""
    tried = upload.measure_attempts
    if tried > len(WAITS):
        upload.waveform.name = upload.strip.name = ""
        _settle(upload, {"error": GIVEN_UP})
    else:
        _mine(upload).update(measure_lease_until=database_now() + WAITS[tried - 1])
