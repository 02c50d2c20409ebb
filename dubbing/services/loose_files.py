"""Files that are here, or on their way, and that no video and no draft knows of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Batch, BatchItem, Upload
from dubbing.services.actors import Actor
from dubbing.services.batches import add_uploads, create_batch
from dubbing.states import BatchState, UploadState

# What can become a video: being whole is enough, the rows wait for the check.
USABLE = (UploadState.CHECKING, UploadState.READY)
MOST_AT_ONCE = 1000


def in_no_draft(uploads: QuerySet[Any]) -> QuerySet[Any]:
    """Those that no row of an open batch waits with."""
    waiting = BatchItem.objects.filter(
        Q(upload=OuterRef("pk")) | Q(background_upload=OuterRef("pk")),
        removed_at=None,
        batch__state__in=(BatchState.OPEN, BatchState.SENDING),
    )
    return uploads.exclude(Exists(waiting))


def loose_files() -> QuerySet[Any]:
    """Of the active team, newest first."""
    rows = Upload.objects.filter(used_at=None).exclude(state=UploadState.GIVEN_UP)
    return in_no_draft(rows).select_related("created_by", "created_by_key").order_by("-pk")


def use_files(*, team: Team, actor: Actor, uploads: Sequence[Upload]) -> Batch:
    """A draft with a row for each of them. Raises ValidationError (code `no_file`) without any."""
    with team_atomic():
        chosen = loose_files().filter(pk__in=[upload.pk for upload in uploads], state__in=USABLE)
        found = list(chosen[:MOST_AT_ONCE])
        if not found:
            raise ValidationError(
                "These files are in a draft already, or not here any more.", code="no_file"
            )
        title = found[0].name if len(found) == 1 else f"{len(found)} files without a video"
        batch = create_batch(team=team, actor=actor, settings={}, title=title[:200])
        add_uploads(batch=batch, actor=actor, uploads=found[::-1])
    return batch
