"""What people ask of a video."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Asset, Dubbing, StatusChange
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, lock_assets, touch_asset, touch_assets
from dubbing.services.connections import current_connection
from dubbing.services.details import project_named
from dubbing.services.history import change_of, record_change, record_srt_notes
from dubbing.services.linkchecks import link_seconds
from dubbing.services.orders import AssetDraft, AssetOrder, LanguageDraft, LanguageOrder

from dubbing.services.orders import clean_asset_draft, clean_language_drafts  # isort: skip
from dubbing.services.outbox import enqueue_languages
from dubbing.services.posters import make_source_poster
from dubbing.services.space import check_room
from dubbing.services.uploads import mark_uploads_used
from dubbing.services.work_plans import NO_WORK, WorkOrder
from dubbing.states import DubbingStatus, Kind, Stage


def submit_asset(
    *, team: Team, actor: Actor, draft: AssetDraft, submission: uuid.UUID | None = None
) -> Asset:
    """Makes the asset with its dubbings and puts its creation into the outbox, all or nothing.

    `submission` names one press of Send: its repeat returns the asset of the first press.
    Raises ValidationError with every fault under its field.
    """
    if submission and (earlier := Asset.objects.filter(submission=submission).first()):
        found: Asset = earlier
        return found
    connection = current_connection()
    if draft.file:
        check_room(field="file")
    order = clean_asset_draft(draft, connection=connection)
    asset = Asset(
        team=team,
        connection=connection,
        submission=submission,
        created_by=actor.user,
        created_by_key=actor.key,
        **columns_of(order),
    )
    # Of a link, if somebody looked: what it costs is counted by it.
    asset.duration_seconds = asset.duration_seconds or link_seconds(asset.media_url)
    stored: list[FieldFile] = []
    try:
        _store_files(asset, order, stored)
        with team_atomic():
            mark_uploads_used(upload=order.upload, background_upload=order.background_upload)
            asset.project = project_named(team, order.project)
            asset.save(force_insert=True)
            dubbings = _add_dubbings(asset, order.languages, order.work)
            record_change(asset=asset, after=asset.status, note="Video given", actor=actor)
            record_srt_notes(asset=asset, dubbings=dubbings, orders=order.languages)
            enqueue_languages(asset=asset, kind=Kind.CREATE, actor=actor, dubbings=dubbings)
    except BaseException as error:
        for file in stored:
            file.storage.delete(file.name or "")
        if isinstance(error, IntegrityError) and submission:
            # Both presses got past the first look; the other one was first.
            winner: Asset | None = Asset.objects.filter(submission=submission).first()
            if winner is not None:
                return winner
        raise
    return asset


def columns_of(order: AssetOrder) -> dict[str, Any]:
    """What of an order an asset keeps in columns of its own."""
    facts = order.facts
    return {
        "title": order.title,
        "reference": order.reference,
        "tags": order.tags,
        "media_url": order.media_url,
        **_names_of_files(order),
        "duration_seconds": facts.duration.quantize(Decimal("0.001")) if facts else None,
        "facts": facts.as_json() if facts else {},
        "locale_id": order.locale,
        "speakers_count": order.speakers_count,
        "start_time": order.start_time,
        "end_time": order.end_time,
        "lips_model": order.lips_model,
        "background_audio_url": order.background_audio_url,
    }


def _names_of_files(order: AssetOrder) -> dict[str, Any]:
    """An upload lies in the storage already: the asset names its file, nothing is copied."""
    media = order.upload or order.file
    background = order.background_upload or order.background_audio
    return {
        "media_name": (media.name or "")[:255] if media else "",
        "media_size": media.size if media else None,
        "media_file": order.upload.file.name if order.upload else "",
        "poster": order.upload.poster.name if order.upload else "",
        "background_audio_name": (background.name or "")[:255] if background else "",
        "background_audio_file": (
            order.background_upload.file.name if order.background_upload else ""
        ),
    }


def _store_files(asset: Asset, order: AssetOrder, stored: list[FieldFile]) -> None:
    if order.file:
        # First: what is stored may be moved away from here.
        make_source_poster(asset=asset, video=Path(order.file.temporary_file_path()))  # type: ignore[attr-defined]
        if asset.poster:
            stored.append(asset.poster)
        asset.media_file.save(order.file.name or "video", order.file, save=False)
        stored.append(asset.media_file)
    if order.background_audio:
        name = order.background_audio.name or "background"
        asset.background_audio_file.save(name, order.background_audio, save=False)
        stored.append(asset.background_audio_file)


def _add_dubbings(
    asset: Asset,
    languages: tuple[LanguageOrder, ...] | list[LanguageOrder],
    work: WorkOrder = NO_WORK,
) -> list[Dubbing]:
    dubbings = dubbings_of(asset, languages, work)
    Dubbing.objects.bulk_create(dubbings)
    return dubbings


def dubbings_of(
    asset: Asset,
    languages: tuple[LanguageOrder, ...] | list[LanguageOrder],
    work: WorkOrder = NO_WORK,
) -> list[Dubbing]:
    """Not saved yet."""
    now = timezone.now()
    return [
        Dubbing(
            team_id=asset.team_id,
            asset=asset,
            locale_id=language.locale,
            srt=language.srt,
            srt_name=language.srt_name,
            status=DubbingStatus.SENDING,
            stage=Stage.SENDING,
            stage_since=now,
            is_hidden=asset.is_hidden,
            **work.columns(language.locale),
        )
        for language in languages
    ]


def add_languages(
    *, asset: Asset, actor: Actor, drafts: list[LanguageDraft] | tuple[LanguageDraft, ...]
) -> list[Dubbing]:
    """Starts one more dubbing per language. Raises ValidationError."""
    with team_atomic():
        locked = lock_asset(asset.pk)
        if not locked.can_add_languages:
            raise ValidationError(
                "Languages can be added once Panjaya has taken the video.",
                code="asset_not_ready",
            )
        orders = clean_language_drafts(drafts, asset=locked)
        dubbings = _add_dubbings(locked, orders)
        names = ", ".join(order.locale for order in orders)
        record_change(asset=locked, note=f"Languages added: {names}", actor=actor)
        record_srt_notes(asset=locked, dubbings=dubbings, orders=orders)
        enqueue_languages(asset=locked, kind=Kind.ADD_LANGUAGES, actor=actor, dubbings=dubbings)
        touch_asset(locked)
    return dubbings


def hide_asset(*, asset: Asset, actor: Actor) -> None:
    """Takes it off the lists; Panjaya keeps it, and so do we."""
    hide_assets(assets=[asset], actor=actor)


def show_asset(*, asset: Asset, actor: Actor) -> None:
    show_assets(assets=[asset], actor=actor)


def hide_assets(*, assets: Sequence[Asset], actor: Actor) -> list[Asset]:
    """hide_asset of many; those that were shown until now."""
    return _set_hidden(assets, actor, hidden=True)


def show_assets(*, assets: Sequence[Asset], actor: Actor) -> list[Asset]:
    return _set_hidden(assets, actor, hidden=False)


def _set_hidden(assets: Sequence[Asset], actor: Actor, *, hidden: bool) -> list[Asset]:
    note = "Hidden from the lists" if hidden else "Shown in the lists again"
    with team_atomic():
        locked = lock_assets([asset.pk for asset in assets])
        changed = [asset for asset in locked.values() if asset.is_hidden != hidden]
        if not changed:
            return []
        keys, now = [asset.pk for asset in changed], timezone.now()
        Asset.objects.filter(pk__in=keys).update(hidden_at=now if hidden else None)
        Dubbing.objects.filter(asset__in=keys).update(is_hidden=hidden)
        touch_assets(changed)
        StatusChange.objects.bulk_create(
            [change_of(asset=asset, note=note, actor=actor) for asset in changed]
        )
    return changed
