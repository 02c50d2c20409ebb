"""A failed video sent anew: another asset at Panjaya, paid for again, linked to the failed one."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from accounts.scoping import team_atomic
from config.storage import store
from dubbing.models import Asset, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.connections import current_connection
from dubbing.services.history import record_change
from dubbing.services.outbox import enqueue_languages
from dubbing.states import AssetStatus, DubbingStatus, Kind, Stage

SETTINGS = (
    "title",
    "reference",
    "project_id",
    "tags",
    "media_url",
    "media_name",
    "media_size",
    "duration_seconds",
    "facts",
    "locale_id",
    "speakers_count",
    "start_time",
    "end_time",
    "lips_model",
    "background_audio_url",
    "background_audio_name",
)
FILES = ("media_file", "background_audio_file", "poster")


def why_not_replace(asset: Asset) -> str:
    """Empty when a new video may be sent in its place, else the reason in words."""
    if asset.status != AssetStatus.FAILED:
        return "Only a video that failed is replaced by a new one."
    if asset.made_elsewhere:
        return "It was made in Panjaya’s own studio: this desk does not have its source."
    if asset.replacements.exists():
        return "It has been replaced already."
    if asset.original_removed_at:
        return "Its original is no longer kept: give the video anew."
    return ""


def replace_asset(*, asset: Asset, actor: Actor) -> Asset:
    """Makes the new video with all settings and languages of the failed one, and sends it.

    Raises ValidationError (codes `not_replaceable`, `file_gone`).
    """
    now: Asset = Asset.objects.get(pk=asset.pk)
    _check_replaceable(now)
    new = _like(now, actor)
    stored: list[FieldFile] = []
    try:
        # Before any lock is taken: in a bucket a long video's copy takes its time.
        for name in FILES:
            _copy_file(getattr(now, name), getattr(new, name), stored)
        with team_atomic():
            failed = lock_asset(asset.pk)
            _check_replaceable(failed)
            return _send_anew(failed, new, actor)
    except BaseException:
        for file in stored:
            file.storage.delete(file.name or "")
        raise


def _check_replaceable(asset: Asset) -> None:
    if reason := why_not_replace(asset):
        raise ValidationError(reason, code="not_replaceable")


def _like(failed: Asset, actor: Actor) -> Asset:
    return Asset(
        team_id=failed.team_id,
        connection=current_connection(),
        replaces=failed,
        created_by=actor.user,
        created_by_key=actor.key,
        **{name: getattr(failed, name) for name in SETTINGS},
    )


def _send_anew(failed: Asset, new: Asset, actor: Actor) -> Asset:
    new.save(force_insert=True)
    dubbings = [
        _dubbing_like(dubbing, new)
        for dubbing in failed.dubbings.select_related("owner", "reviewer").order_by("id")
    ]
    Dubbing.objects.bulk_create(dubbings)
    note = f"Sent in place of the failed video {failed.remote_id or failed.pk}"
    record_change(asset=new, after=new.status, note=note, actor=actor)
    record_change(asset=failed, note="Replaced by a new video", actor=actor)
    touch_asset(failed)
    enqueue_languages(asset=new, kind=Kind.CREATE, actor=actor, dubbings=dubbings)
    return new


def _dubbing_like(dubbing: Dubbing, asset: Asset) -> Dubbing:
    return Dubbing(
        team_id=asset.team_id,
        asset=asset,
        locale_id=dubbing.locale_id,
        srt=dubbing.srt,
        srt_name=dubbing.srt_name,
        status=DubbingStatus.SENDING,
        stage=Stage.SENDING,
        stage_since=timezone.now(),
        owner=dubbing.owner,
        reviewer=dubbing.reviewer,
        due_on=dubbing.due_on,
        priority=dubbing.priority,
    )


def _copy_file(old: FieldFile, new: FieldFile, stored: list[FieldFile]) -> None:
    """A file of its own: whoever deletes one of the two leaves the other its video."""
    if not old:
        return
    name = Path(old.name or "").name
    wanted = new.field.generate_filename(new.instance, name)
    try:
        copied = store().copy(old.name or "", wanted)
    except FileNotFoundError:
        message = f"The file {name} is no longer in the store. Give the video anew."
        raise ValidationError(message, code="file_gone") from None
    new.name = copied
    setattr(new.instance, new.field.name, copied)
    stored.append(new)
