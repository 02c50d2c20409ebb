"""Uploads that nobody made a video of, and files of the spool that belong to no upload: they go."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.scoping import all_teams, team_scope
from dubbing.models import Upload
from dubbing.services.loose_files import in_no_draft
from dubbing.services.uploads import remove_files, spool
from dubbing.states import UploadState
from edge.spool import GIVEN_UP, End

# A new file may lie here a moment before its row can be seen.
ORPHANS_KEPT = timedelta(hours=1)
# As long as a permit may be good: whoever asks with one learns how the upload ended.
ENDS_KEPT = timedelta(days=2)
BATCH = 200


def tidy_uploads(*, now: datetime | None = None) -> dict[str, int]:
    """Returns how many uploads and how many files of the spool went."""
    moment = now or timezone.now()
    with all_teams("uploads of every team come to their end"):
        lapsed = list(_lapsed(moment).values_list("team_id", "pk")[:BATCH])
    for team_id, upload_id in lapsed:
        with team_scope(team_id):
            _remove(upload_id, moment)
    with all_teams("the spool holds files of every team"):
        return {"uploads": len(lapsed), "files": _drop_orphans(moment)}


def _lapsed(now: datetime) -> QuerySet[Any]:
    """No draft is made poorer: what a row of an open batch waits with stays."""
    rows = Upload.objects.filter(used_at=None, expires_at__lt=now)
    return in_no_draft(rows).order_by("expires_at")


def _remove(upload_id: uuid.UUID, now: datetime) -> None:
    """Whoever would make a video of it meanwhile finds it given up, or keeps it by being first."""
    gone = _lapsed(now).filter(pk=upload_id)
    if not gone.update(state=UploadState.GIVEN_UP, lease_until=None):
        return
    upload = Upload.objects.get(pk=upload_id)
    spool().end(str(upload_id), End(GIVEN_UP))
    remove_files(upload)
    upload.delete()


def _drop_orphans(now: datetime) -> int:
    orphans_before = (now - ORPHANS_KEPT).timestamp()
    ends_before = (now - ENDS_KEPT).timestamp()
    old = [name for name in spool().names() if name[2] < orphans_before]
    known = set(
        Upload.objects.filter(pk__in={uuid.UUID(name) for name, _, _ in old if _is_id(name)})
        .filter(state__in=(UploadState.RECEIVING, UploadState.CHECKING))
        .values_list("pk", flat=True)
    )
    dropped = 0
    for name, ending, changed in old:
        if _is_id(name) and uuid.UUID(name) in known:
            continue
        if ending == "end" and changed >= ends_before:
            continue
        (spool().folder / f"{name}.{ending}").unlink(missing_ok=True)
        dropped += 1
    return dropped


def _is_id(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False
