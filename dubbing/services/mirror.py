"""Snapshots become rows. The only code that writes what the engine says of asset and version.

An asset's row is locked before its children are touched, here and in callbacks: one order, no
deadlock. Bodies carry no sequence number, so a snapshot is fenced by a number of ours, drawn before
the fetch: what a later look or a callback has told since is not overwritten by an older look.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from accounts.kept import KeptQuestion
from accounts.scoping import team_atomic
from dubbing import live, wake
from dubbing.models import Asset, Dubbing, Film, Locale, OutboxMessage, SendingLane, Version
from dubbing.remote.types import AssetSnapshot, DubbingSnapshot, VersionSnapshot
from dubbing.services import money
from dubbing.services.fences import is_older
from dubbing.services.history import record_change
from dubbing.states import (
    CAN_GENERATE,
    CAN_REVISE,
    MERGED_STAGES,
    AssetStatus,
    Cause,
    DubbingStatus,
    Kind,
    MessageState,
    ReviewState,
    Stage,
    VersionStatus,
    stage_of,
)

# What a snapshot is held against. An asset has three times as many columns, and for each of them
# Django writes the statement anew: of an answer's time most went into that.
COMPARED = (
    *("team", "connection", "remote_id", "status", "raw_status", "error_code", "error_message"),
    *("snapshot", "duration_seconds", "fence", "hidden_at"),
)
# What a dubbing's stage is worked out from.
STAGED = (
    *("team", "asset", "status", "error_message", "stage", "stage_since", "failure_code"),
    *("current", "is_pinned", "versions_count", "review"),
)
NO_DETAILS: Mapping[str, VersionSnapshot] = {}
# A command counts as “being sent” only while the version is still where the command starts.
PENDING_FROM = {Kind.GENERATE: CAN_GENERATE, Kind.REVISE: CAN_REVISE - CAN_GENERATE}

# Who leaves one of these for the editor was brought back to it.
REOPENED_FROM = frozenset(VersionStatus) - {VersionStatus.NOT_READY, VersionStatus.READY_TO_EDIT}


def lock_asset(asset_id: uuid.UUID) -> Asset:
    asset: Asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset_id)
    return asset


def _to_compare(ids: Sequence[uuid.UUID]) -> QuerySet[Any]:
    lanes = SendingLane.objects.filter(connection_id=OuterRef("connection_id"))
    outages = Subquery(lanes.order_by().values("outages"))
    rows: QuerySet[Any] = Asset.objects.select_for_update(of=("self",)).annotate(outages=outages)
    return rows.only(*COMPARED).filter(pk=ids[0])


def _to_stage(ids: Sequence[uuid.UUID]) -> QuerySet[Any]:
    rows: QuerySet[Any] = Dubbing.objects.filter(asset=ids[0]).only(*STAGED).order_by("pk")
    return rows


# What every answer asks.
_TO_COMPARE = KeptQuestion(_to_compare)
_TO_STAGE = KeptQuestion(_to_stage)


def lock_to_compare(asset_id: uuid.UUID) -> Any:
    """The asset with what a snapshot is held against, and its lane's `outages` (None: no lane)."""
    found = _TO_COMPARE.objects([asset_id])
    if not found:
        raise Asset.DoesNotExist
    return found[0]


def lock_assets(asset_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Asset]:
    """Many at once, always in the same order."""
    rows = Asset.objects.select_for_update(of=("self",)).filter(pk__in=asset_ids).order_by("pk")
    return {asset.pk: asset for asset in rows}


def apply_snapshot(
    *,
    asset_id: uuid.UUID,
    snapshot: AssetSnapshot,
    details: Mapping[str, VersionSnapshot] = NO_DETAILS,
    fence: int,
    cause: Cause,
) -> bool:
    """Writes a fetched asset to our rows; whether anything changed.

    `details`: versions fetched one by one, by remote id; they count more than the asset's entry.
    `fence`: drawn before the fetch began, by next_fence.
    """
    with team_atomic():
        asset = lock_to_compare(asset_id)
        return write_snapshot(
            asset=asset, snapshot=snapshot, details=details, fence=fence, cause=cause
        )


def write_snapshot(
    *,
    asset: Asset,
    snapshot: AssetSnapshot,
    details: Mapping[str, VersionSnapshot] = NO_DETAILS,
    started: Collection[str] = (),
    fence: int,
    cause: Cause,
    **also: Any,
) -> bool:
    """apply_snapshot to an asset that the caller has locked, its row written once.

    `started`: ids of dubbings whose request has arrived. `also`: more columns of the asset's row.
    """
    told = _apply_asset(asset, snapshot, fence, cause, started)
    changed = told.changed
    for entry in snapshot.dubbings:
        changed |= _apply_dubbing(asset, entry, details, fence, cause)
    for loose in snapshot.loose_versions:
        changed |= _apply_loose(asset, details.get(loose.remote_id, loose), fence, cause)
    values = {name: getattr(asset, name) for name in told.columns} | also
    if changed:
        values["revision"] = F("revision") + 1
    if values:
        Asset.objects.filter(pk=asset.pk).update(updated_at=timezone.now(), **values)
    if changed:
        live.after_commit(asset.team_id, asset.pk)
    return changed


@dataclass(frozen=True)
class _Told:
    """What a snapshot tells of the asset itself: set on it, not written yet."""

    changed: bool
    columns: tuple[str, ...] = ()


def touch_asset(asset: Asset) -> None:
    """Gives the asset its next revision: pages that show an older one fetch again."""
    Asset.objects.filter(pk=asset.pk).update(revision=F("revision") + 1, updated_at=timezone.now())
    live.after_commit(asset.team_id, asset.pk)


def touch_assets(assets: Collection[Asset]) -> None:
    """touch_asset of many, in one statement."""
    rows = Asset.objects.filter(pk__in=[asset.pk for asset in assets])
    rows.update(revision=F("revision") + 1, updated_at=timezone.now())
    for asset in assets:
        live.after_commit(asset.team_id, asset.pk)


def _apply_asset(
    asset: Asset, snapshot: AssetSnapshot, fence: int, cause: Cause, started: Collection[str]
) -> _Told:
    adopted = not asset.remote_id and bool(snapshot.remote_id)
    if not adopted and is_older(fence, asset.fence):
        return _Told(_restage_all(asset, started))
    before = asset.status
    values: dict[str, Any] = {
        "remote_id": asset.remote_id or snapshot.remote_id,
        "status": AssetStatus(snapshot.status.value),
        "raw_status": snapshot.raw_status,
        "error_code": snapshot.error_code,
        "error_message": snapshot.error_message,
        "snapshot": snapshot.body,
    }
    if asset.duration_seconds is None and snapshot.duration:
        values["duration_seconds"] = Decimal(str(snapshot.duration)).quantize(Decimal("0.001"))
    changed = any(getattr(asset, name) != value for name, value in values.items())
    values |= {"fence": fence, "observed_at": timezone.now()}
    for name, value in values.items():
        setattr(asset, name, value)
    if "duration_seconds" in values:
        money.correct_lengths(asset=asset)
    if before != asset.status:
        note = asset.error_message if asset.status == AssetStatus.FAILED else ""
        record_change(asset=asset, before=before, after=asset.status, note=note, cause=cause)
    if before != asset.status or started:
        changed |= _restage_all(asset, started, is_new=adopted)
    return _Told(changed, tuple(values))


def _restage_all(asset: Asset, started: Collection[str] = (), *, is_new: bool = False) -> bool:
    """Whether something changed. `started`: ids of those that Panjaya has from now on. `is_new`:
    nothing of the asset was known there until now, so no version either."""
    changed = False
    dubbings = _TO_STAGE.objects([asset.pk])
    versions = {} if is_new else _versions_of(asset)
    for dubbing in dubbings:
        also: tuple[str, ...] = ()
        if str(dubbing.pk) in started:
            dubbing.status, dubbing.error_message = DubbingStatus.STARTED, ""
            also = ("status", "error_message")
        changed |= restage_dubbing(asset, dubbing, also, versions.get(dubbing.pk, ()))
    return changed


def _versions_of(asset: Asset) -> dict[uuid.UUID, list[Version]]:
    """By dubbing."""
    found: defaultdict[uuid.UUID, list[Version]] = defaultdict(list)
    columns = ("dubbing", "number", "status", "error_code")
    # In the one order that needs no other table: nobody reads it.
    for version in Version.objects.filter(asset=asset).only(*columns).order_by("pk"):
        found[version.dubbing_id].append(version)
    return found


def _apply_dubbing(
    asset: Asset,
    entry: DubbingSnapshot,
    details: Mapping[str, VersionSnapshot],
    fence: int,
    cause: Cause,
) -> bool:
    dubbing = _find_dubbing(asset, entry, cause)
    if dubbing is None:
        return False
    changed = False
    if dubbing.status != DubbingStatus.STARTED or dubbing.remote_id != entry.remote_id:
        dubbing.status, dubbing.remote_id = DubbingStatus.STARTED, entry.remote_id
        dubbing.error_message = ""
        dubbing.save(update_fields=["status", "remote_id", "error_message", "updated_at"])
        changed = True
    for told in entry.versions or ():
        version = details.get(told.remote_id, told)
        changed |= _apply_version(asset, dubbing, version, fence, cause)
    if changed:
        restage_dubbing(asset, dubbing)
    return changed


def _apply_loose(asset: Asset, version: VersionSnapshot, fence: int, cause: Cause) -> bool:
    """A version that the asset's answer did not place under a dubbing, placed by its own words."""
    placed = Q(remote_id=version.dubbing_id) & ~Q(remote_id="") | Q(locale_id=version.locale)
    dubbing = Dubbing.objects.filter(placed, asset=asset).first()
    if dubbing is None:
        return False
    changed = _apply_version(asset, dubbing, version, fence, cause)
    return restage_dubbing(asset, dubbing) or changed


def _find_dubbing(asset: Asset, entry: DubbingSnapshot, cause: Cause) -> Dubbing | None:
    """Ours by locale; one that somebody added in Panjaya's own studio is taken in."""
    locale = Locale.objects.filter(code__iexact=entry.locale).first()
    if locale is None:
        return None
    dubbing, created = Dubbing.objects.get_or_create(
        asset=asset,
        locale=locale,
        defaults={
            "team_id": asset.team_id,
            "stage_since": timezone.now(),
            "is_hidden": asset.is_hidden,
        },
    )
    if created:
        record_change(
            asset=asset, dubbing=dubbing, note=f"{locale.name} was added at Panjaya", cause=cause
        )
    found: Dubbing = dubbing
    return found


def _apply_version(
    asset: Asset, dubbing: Dubbing, snapshot: VersionSnapshot, fence: int, cause: Cause
) -> bool:
    version = Version.objects.filter(asset=asset, remote_id=snapshot.remote_id).first()
    if version is None:
        version = _new_version(asset, dubbing, snapshot.remote_id)
    elif is_older(fence, version.fence) or not snapshot.raw_status:
        return False
    elif version.dubbing_id == dubbing.pk:
        version.dubbing = dubbing  # One object: its review may begin anew below.
    version.raw_status = snapshot.raw_status
    version.snapshot = snapshot.body
    version.fence, version.observed_at = fence, timezone.now()
    version.error_code = snapshot.error_code
    version.error_message = snapshot.error_message
    status = VersionStatus(snapshot.status.value) if snapshot.raw_status else version.status
    return move_version(asset=asset, version=version, status=VersionStatus(status), cause=cause)


def _new_version(asset: Asset, dubbing: Dubbing, remote_id: str) -> Version:
    return Version(
        team_id=asset.team_id,
        asset=asset,
        dubbing=dubbing,
        number=Version.objects.filter(dubbing=dubbing).count() + 1,
        remote_id=remote_id,
    )


def move_version(*, asset: Asset, version: Version, status: VersionStatus, cause: Cause) -> bool:
    """Saves the version in `status`, with its history, and wants a copy of a finished film."""
    is_new = version._state.adding
    before = "" if is_new else version.status
    version.status = status
    moved = before != status
    if moved and status == VersionStatus.READY_TO_EDIT and before in REOPENED_FROM:
        version.was_reopened = True
        if version.dubbing.review == ReviewState.APPROVED:
            begin_review_anew(version.dubbing)
    if moved and status == VersionStatus.COMPLETED:
        version.generation += 1
        version.completed_at = timezone.now()
    version.save()
    if moved:
        record_change(
            asset=asset,
            dubbing=version.dubbing,
            version=version,
            before=before,
            after=status,
            note=version.error_message if status == VersionStatus.FAILED else "",
            cause=cause,
        )
        if status == VersionStatus.COMPLETED:
            _want_film(asset, version)
    return moved


def _want_film(asset: Asset, version: Version) -> None:
    film, created = Film.objects.get_or_create(
        version=version,
        generation=version.generation,
        defaults={"team_id": asset.team_id, "asset": asset, "due_at": Now()},
    )
    if created:
        wake.after_commit(wake.ARCHIVE, asset.team_id, film.id)


def restage_dubbing(
    asset: Asset,
    dubbing: Dubbing,
    also: Collection[str] = (),
    versions: Collection[Version] | None = None,
) -> bool:
    """Works out the dubbing's current version and stage anew; whether something changed.

    `also`: columns that the caller has changed, written in the same statement. `versions`: all of
    the dubbing's, where the caller has them.
    """
    rows = dubbing.versions.all() if versions is None else versions
    newest_first = sorted(rows, key=lambda version: -version.number)
    version = _current_version(dubbing, newest_first)
    if dubbing.current_id and version is not None and version.pk != dubbing.current_id:
        begin_review_anew(dubbing)
    engine = stage_of(
        AssetStatus(asset.status),
        DubbingStatus(dubbing.status),
        VersionStatus(version.status) if version else None,
        pending=version is not None and _has_pending_command(version),
    )
    values: dict[str, Any] = {
        "current_id": version.pk if version else None,
        "versions_count": len(newest_first),
        "stage": MERGED_STAGES[engine, ReviewState(dubbing.review)],
        "failure_code": _failure_code(asset, version) if engine == Stage.FAILED else "",
    }
    if not also and all(getattr(dubbing, name) == value for name, value in values.items()):
        return False
    if values["stage"] != dubbing.stage:
        values["stage_since"] = timezone.now()
    for name, value in values.items():
        setattr(dubbing, name, value)
    dubbing.save(update_fields=[*also, *values, "updated_at"])
    return True


def _current_version(dubbing: Dubbing, newest_first: list[Version]) -> Version | None:
    if dubbing.is_pinned:
        pinned = [version for version in newest_first if version.pk == dubbing.current_id]
        if pinned:
            return pinned[0]
    return newest_first[0] if newest_first else None


def _failure_code(asset: Asset, version: Version | None) -> str:
    return str((version.error_code if version else "") or asset.error_code)


def begin_review_anew(dubbing: Dubbing) -> None:
    """What people said was about something else than what is there now."""
    dubbing.review, dubbing.reviewed_by = ReviewState.NOT_STARTED, None
    dubbing.reviewed_at, dubbing.review_reason = None, ""
    dubbing.work_revision += 1
    changed = ["review", "reviewed_by", "reviewed_at", "review_reason", "work_revision"]
    dubbing.save(update_fields=[*changed, "updated_at"])


def _has_pending_command(version: Version) -> bool:
    kinds = [kind for kind, starts in PENDING_FROM.items() if version.status in starts]
    pending = [MessageState.WAITING, MessageState.SENDING]
    found: bool = OutboxMessage.objects.filter(
        version=version, kind__in=kinds, state__in=pending
    ).exists()
    return found
