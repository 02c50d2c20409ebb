"""Files on their way to us: begun here, carried by edge, taken over by `arrivals`."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_atomic
from config.sizes import size_words
from dubbing import wake
from dubbing.models import Upload
from dubbing.services.actors import Actor
from dubbing.services.space import FULL, STORAGE_FULL, room_for
from dubbing.states import UploadState
from edge.spool import GIVEN_UP, End, Spool
from edge.tokens import plain_name
from edge.upload_tokens import UploadGrant, upload_path

LOCATION_SECONDS = 24 * 3600
NAME_LENGTH = 255
KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
SHA256 = re.compile(r"[0-9a-f]{64}")
ON_THE_WAY = (UploadState.RECEIVING, UploadState.CHECKING)
# What a team's quota counts: all that lies here without a video made of it.
COUNTED = (*ON_THE_WAY, UploadState.READY)


def spool() -> Spool:
    return Spool(Path(settings.UPLOAD_DIR))


def start_upload(
    *,
    team: Team,
    actor: Actor,
    name: str,
    size: int,
    content_type: str = "",
    checksum: str = "",
    fingerprint: str = "",
) -> Upload:
    """Makes room for a file of `size` bytes. `checksum`: its SHA-256, to be held against what came.

    Raises ValidationError: `file_empty`, `file_too_large`, `upload_quota`, `storage_full`,
    `invalid_checksum`.
    """
    checksum = checksum.strip().lower()
    _check_file(size, checksum)
    with team_atomic():
        # One at a time: two that begin together see each other's bytes.
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        _check_quota(size)
        upload = Upload.objects.create(
            team=team,
            name=tidy_name(name),
            content_type=content_type[:100] if KIND.fullmatch(content_type) else "",
            size=size,
            fingerprint=fingerprint[:200],
            expected_sha256=checksum,
            created_by=actor.user,
            created_by_key=actor.key,
            expires_at=timezone.now() + timedelta(days=settings.KEEP_UPLOADS_DAYS),
        )
        spool().create(str(upload.pk))
    return cast(Upload, upload)


def tidy_name(name: str) -> str:
    """One line without folders, the ending kept where the name is too long."""
    plain = plain_name(PurePosixPath(name.replace("\\", "/")).name or "video").strip()
    path = PurePosixPath(plain or "video")
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix[:NAME_LENGTH]


def _check_file(size: int, checksum: str) -> None:
    if size <= 0:
        raise ValidationError(
            "This file is empty. Export it again, then choose it anew.", code="file_empty"
        )
    if size > settings.MAX_SOURCE_BYTES:
        most = size_words(settings.MAX_SOURCE_BYTES)
        message = f"This file has {size_words(size)}; the desk takes {most} at most."
        raise ValidationError(message, code="file_too_large")
    if not room_for(size):
        raise ValidationError(FULL, code=STORAGE_FULL)
    if checksum and not SHA256.fullmatch(checksum):
        message = "A SHA-256 has 64 hexadecimal digits."
        raise ValidationError(message, code="invalid_checksum")


def _check_quota(size: int) -> None:
    held = held_bytes()
    if held + size <= settings.UPLOAD_QUOTA_BYTES:
        return
    message = (
        f"Your team has {size_words(held)} of uploads that no video is made of yet, and may "
        f"have {size_words(settings.UPLOAD_QUOTA_BYTES)}. Send some of them, or give some up."
    )
    raise ValidationError(message, code="upload_quota")


def held_bytes() -> int:
    """Bytes of the active team that are coming in or wait to be used, as announced."""
    rows = Upload.objects.filter(used_at=None, state__in=COUNTED)
    return int(rows.aggregate(held=Sum("size"))["held"] or 0)


def offset_of(upload: Upload) -> int:
    """How many bytes of it have come, by what lies there at this moment."""
    if upload.state == UploadState.RECEIVING:
        return spool().length(str(upload.pk)) or 0
    return upload.size if upload.file or upload.state == UploadState.CHECKING else 0


def location_of(upload: Upload, *, member: str) -> str:
    """The address at edge that takes the bytes; empty where it takes no more. It is a permit: not
    to be stored or logged. `member` is the id of the person or key it is given to."""
    if upload.state != UploadState.RECEIVING:
        return ""
    grant = UploadGrant(
        upload=str(upload.pk),
        team=str(upload.team_id),
        member=member,
        size=upload.size,
        name=upload.name,
        expires_at=int(upload.expires_at.timestamp()),
    )
    path = upload_path(grant, secret=settings.SECRET_KEY, seconds=LOCATION_SECONDS)
    return f"{settings.EDGE_URL}{path}"


def has_news(upload: Upload) -> bool:
    """Whether edge has taken in all of it, or has ended it."""
    if upload.state != UploadState.RECEIVING:
        return False
    name = str(upload.pk)
    return spool().length(name) == upload.size or spool().end_of(name) is not None


def notice_arrival(*, upload: Upload) -> None:
    """Edge tells nobody: whoever looks at an upload that is whole has it checked at once.

    What a disk has lost begins anew: its place is made again.
    """
    if has_news(upload):
        wake.now(wake.ARRIVE, upload.team_id, upload.pk)
    elif upload.state == UploadState.RECEIVING and spool().length(str(upload.pk)) is None:
        spool().create(str(upload.pk))


def give_up_upload(*, upload: Upload, actor: Actor) -> None:
    """Removes what came of it. Raises ValidationError (`upload_used`) once a video names it."""
    with team_atomic():
        given_up = Upload.objects.filter(pk=upload.pk, used_at=None).update(
            state=UploadState.GIVEN_UP, lease_until=None, revision=upload.revision + 1
        )
    if not given_up:
        message = "A video was made of this file: it is kept with it."
        raise ValidationError(message, code="upload_used")
    spool().end(str(upload.pk), End(GIVEN_UP))
    remove_files(upload)


def remove_files(upload: Upload) -> None:
    """All that lies in the storage of an upload that nobody uses, halves of attempts included."""
    for name in stored_names(upload):
        upload.file.storage.delete(name)
    rows = Upload.objects.filter(pk=upload.pk, used_at=None).exclude(state=UploadState.READY)
    rows.update(file="", poster="", waveform="", strip="")


def stored_names(upload: Upload) -> list[str]:
    folder = f"{upload.team_id}/uploads/{upload.pk}"
    try:
        _, names = upload.file.storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def named_upload(text: str) -> Upload | None:
    """The upload of this id, for a draft; None where it was left blank. One that the team does not
    have counts as given up."""
    if not text.strip():
        return None
    try:
        wanted = uuid.UUID(text.strip())
    except ValueError:
        return Upload(state=UploadState.GIVEN_UP)
    return Upload.objects.filter(pk=wanted).first() or Upload(state=UploadState.GIVEN_UP)


def upload_of(file_name: str) -> Upload | None:
    """The upload whose file a video names: another video may be made of it. None where the file
    came otherwise, or is gone."""
    if not file_name:
        return None
    found: Upload | None = Upload.objects.filter(file=file_name, state=UploadState.READY).first()
    return found


def mark_uploads_used(*, upload: Upload | None, background_upload: Upload | None) -> None:
    """From here on their files are a video's and stay. Within the transaction that names them.

    Raises ValidationError (`unknown_upload`) where one has been swept away meanwhile.
    """
    for field, row in (("upload", upload), ("background_upload", background_upload)):
        if row is None:
            continue
        kept = Upload.objects.filter(Q(pk=row.pk), state=UploadState.READY)
        if not kept.update(used_at=timezone.now()):
            message = "This file is not here any more. Give it anew."
            raise ValidationError({field: ValidationError(message, code="unknown_upload")})
