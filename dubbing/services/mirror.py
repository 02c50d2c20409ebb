"""Snapshots become rows. The only code that writes what the engine says of asset and version.

An asset's row is locked before its children are touched, here and in callbacks: one order, no
deadlock. Bodies carry no sequence number, so a snapshot is fenced by a number of ours, drawn before
the fetch: what a later look or a callback has told since is not overwritten by an older look.
"""

from __future__ import annotations

import uuid
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
from dubbing.models import Asset, Dubbing, Film, Locale, SendingLane, Version
from dubbing.remote.types import AssetSnapshot, DubbingSnapshot, VersionSnapshot
from dubbing.services import money
from dubbing.services.fences import is_older
from dubbing.services.history import record_change
from dubbing.services.stages import begin_review_anew, restage_all, restage_dubbing
from dubbing.states import (
    AssetStatus,
    Cause,
    DubbingStatus,
    ReviewState,
    VersionStatus,
)

# What a snapshot is held against. An asset has three times as many columns, and for each of them
# Django writes the statement anew: of an answer's time most went into that.
COMPARED = (
    *("team", "connection", "remote_id", "status", "raw_status", "error_code", "error_message"),
    *("snapshot", "duration_seconds", "fence", "hidden_at"),
)
NO_DETAILS: Mapping[str, VersionSnapshot] = {}
# Who leaves one of these for the editor was brought back to it.
REOPENED_FROM = frozenset(VersionStatus) - {VersionStatus.NOT_READY, VersionStatus.READY_TO_EDIT}


def _to_compare(ids: Sequence[uuid.UUID]) -> QuerySet[Any]:
    lanes = SendingLane.objects.filter(connection_id=OuterRef("connection_id"))
    outages = Subquery(lanes.order_by().values("outages"))
    rows: QuerySet[Any] = Asset.objects.select_for_update(of=("self",)).annotate(outages=outages)
    return rows.only(*COMPARED).filter(pk=ids[0])


# What every answer asks.
_TO_COMPARE = KeptQuestion(_to_compare)


def lock_to_compare(asset_id: uuid.UUID) -> Any:
    """The asset with what a snapshot is held against, and its lane's `outages` (None: no lane)."""
    found = _TO_COMPARE.objects([asset_id])
    if not found:
        raise Asset.DoesNotExist
    return found[0]


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


def _apply_asset(
    asset: Asset, snapshot: AssetSnapshot, fence: int, cause: Cause, started: Collection[str]
) -> _Told:
    adopted = not asset.remote_id and bool(snapshot.remote_id)
    if not adopted and is_older(fence, asset.fence):
        return _Told(restage_all(asset, started))
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
        changed |= restage_all(asset, started, is_new=adopted)
    return _Told(changed, tuple(values))


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
