"""Drafts and uploads for tests of pre-flight."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils import timezone

from accounts.models import Team
from dubbing.media import probe_media
from dubbing.models import Batch, BatchItem, Upload
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from dubbing.services.measuring import measure_upload
from dubbing.states import UploadState
from tests.builders import make_member

counter = itertools.count(1)
SETTINGS = {"locale": "en-US", "languages": ["de-DE"], "speakers_count": 1}


def make_batch(team: Team) -> Batch:
    actor = Actor(user=make_member(team))
    return create_batch(team=team, actor=actor, settings=SETTINGS)


def make_row(batch: Batch, **values: Any) -> BatchItem:
    actor = Actor(user=batch.created_by)
    return add_rows(batch=batch, actor=actor, rows=[values])[0]


def make_upload(team: Team, path: Path, *, is_measured: bool = True) -> Upload:
    """As one that has arrived; in the team's scope."""
    now = timezone.now()
    data = path.read_bytes()
    upload = Upload(
        team=team,
        name=path.name,
        size=len(data),
        state=UploadState.READY,
        sha256=hashlib.sha256(data).hexdigest(),
        facts=probe_media(path).as_json(),
        finished_at=now,
        expires_at=now + timedelta(days=1),
    )
    with path.open("rb") as file:
        upload.file.save(path.name, File(file), save=False)
    upload.save(force_insert=True)
    if is_measured:
        measure_upload(upload_id=upload.pk)
        upload.refresh_from_db()
    return upload
