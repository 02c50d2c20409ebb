from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Team
from dubbing.models import Batch, BatchItem, Upload
from dubbing.services.actors import DESK
from dubbing.services.leftovers import tidy_uploads
from dubbing.services.uploads import mark_uploads_used, spool, start_upload
from dubbing.states import BatchState
from tests.builders import make_upload
from tests.dubbing.uploads.arriving import finished, whole_upload

LATER = timedelta(days=30)


def age(path: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_lapsed_upload_goes_with_its_files(in_team: Team, video: bytes) -> None:
    ready = finished(whole_upload(in_team, video))
    half = start_upload(team=in_team, actor=DESK, name="b.mp4", size=100)
    assert tidy_uploads() == {"uploads": 0, "files": 0}
    assert tidy_uploads(now=timezone.now() + LATER)["uploads"] == 2
    assert not Upload.objects.exists()
    assert not default_storage.exists(ready.file.name)
    assert not default_storage.exists(ready.poster.name)
    assert not spool().part(str(half.pk)).exists()


def test_used_upload_stays(in_team: Team, video: bytes) -> None:
    upload = finished(whole_upload(in_team, video))
    mark_uploads_used(upload=upload, background_upload=None)
    tidy_uploads(now=timezone.now() + LATER)
    assert default_storage.exists(upload.file.name)
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_draft_keeps_its_uploads(in_team: Team) -> None:
    upload, background = make_upload(in_team), make_upload(in_team)
    batch = Batch.objects.create(team=in_team)
    BatchItem.objects.create(
        team=in_team, batch=batch, position=1, upload=upload, background_upload=background
    )
    assert tidy_uploads(now=timezone.now() + LATER)["uploads"] == 0
    Batch.objects.update(state=BatchState.DISCARDED)
    assert tidy_uploads(now=timezone.now() + LATER)["uploads"] == 2


def test_files_without_an_upload_go_after_a_while(in_team: Team) -> None:
    known = start_upload(team=in_team, actor=DESK, name="a.mp4", size=100)
    orphan, strange = str(uuid.uuid4()), spool().folder / "something.else"
    spool().create(orphan)
    strange.touch()
    for path in (spool().part(orphan), spool().part(str(known.pk))):
        age(path, 1800)
    assert tidy_uploads()["files"] == 0
    for path in (spool().part(orphan), spool().part(str(known.pk)), strange):
        age(path, 7200)
    assert tidy_uploads()["files"] == 2
    assert [name for name, _, _ in spool().names()] == [str(known.pk)]


def test_how_an_upload_ended_is_told_as_long_as_permits_live(in_team: Team, video: bytes) -> None:
    upload = finished(whole_upload(in_team, video))
    end = spool().folder / f"{upload.pk}.end"
    age(end, 86_400)
    assert tidy_uploads()["files"] == 0
    age(end, 3 * 86_400)
    assert tidy_uploads()["files"] == 1
    assert not end.exists()
