"""Looks at the engine: which rows are due, one fetch, when to look again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models.functions import Least, Now

from accounts.scoping import team_atomic
from accounts.sealing import SealError
from dubbing import wake
from dubbing.models import Asset
from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import NotSentError, RejectedError, RemoteError
from dubbing.remote.types import AssetSnapshot, VersionSnapshot
from dubbing.services import lanes
from dubbing.services.budget import BudgetSpentError, count_look, take_look
from dubbing.services.clients import client_for
from dubbing.services.clock import database_now, lease_from
from dubbing.services.fences import next_fence
from dubbing.services.mirror import apply_snapshot
from dubbing.services.proofs import settle_proven
from dubbing.states import DRAFT_STAGES, MOVING_STAGES, AssetStatus, Cause

SOON = timedelta(seconds=5)
MOVING_EVERY = timedelta(seconds=15)
OPEN_EVERY = timedelta(minutes=15)
FINISHED_EVERY = timedelta(hours=24)
FIRST_FAILURE_WAIT = timedelta(seconds=10)
LONGEST_FAILURE_WAIT = timedelta(hours=1)


def ask_refresh(*, asset: Asset) -> None:
    """Makes the asset due now; merged with a look that is due already."""
    if not asset.remote_id:
        asset.refresh_from_db(fields=["remote_id"])
    if not asset.remote_id:
        return
    # PostgreSQL's LEAST passes over what is null.
    Asset.objects.filter(pk=asset.pk).update(refresh_due_at=Least("refresh_due_at", Now()))
    wake.after_commit(wake.REFRESH, asset.team_id, asset.pk)


def look_soon() -> Least:
    """`refresh_due_at` of an asset of which we were told a moment ago; the sweep wakes then."""
    return Least("refresh_due_at", Now() + SOON)


def refresh_asset_if_due(*, asset_id: uuid.UUID) -> None:
    """Claims the asset with a lease, fetches it, writes it down; ends quietly when not due."""
    began = database_now()
    lease = lease_from(began)
    with team_atomic():
        asset: Asset | None = (
            Asset.objects.refresh_due(began)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("connection")
            .filter(pk=asset_id)
            .first()
        )
        if asset is None:
            return
        # Due again when the lease runs out, should this worker die: a callback that arrives during
        # the fetch makes it due at once.
        Asset.objects.filter(pk=asset_id).update(refresh_lease_until=lease, refresh_due_at=lease)
    if until := lanes.asked_to_wait(connection=asset.connection, now=began):
        _look_at(asset, until)
        return
    fence = next_fence()
    try:
        take_look(asset.connection)
        snapshot, details = fetch_asset(asset=asset)
    except BudgetSpentError as error:
        _wait_for_budget(asset, error)
        return
    except (RemoteError, SealError) as error:
        _look_again_after_failure(asset, error)
        return
    apply_snapshot(
        asset_id=asset.pk, snapshot=snapshot, details=details, fence=fence, cause=Cause.SNAPSHOT
    )
    with team_atomic():
        settle_proven(asset=asset)
    _look_again(asset_id, checked_at=began)


def fetch_asset(*, asset: Asset) -> tuple[AssetSnapshot, dict[str, VersionSnapshot]]:
    """The asset, and one by one those versions whose state its answer does not tell."""
    client = client_for(asset.connection)
    snapshot = client.get_asset(asset.remote_id)
    told = [version for dubbing in snapshot.dubbings for version in dubbing.versions or ()]
    untold = [v.remote_id for v in (*told, *snapshot.loose_versions) if not v.raw_status]
    return snapshot, {remote_id: _fetch_version(client, asset, remote_id) for remote_id in untold}


def _fetch_version(client: RemoteClient, asset: Asset, remote_id: str) -> VersionSnapshot:
    # A look that has begun is ended: it would begin in vain again and again otherwise.
    count_look(asset.connection)
    return client.get_version(remote_id)


def _look_again(asset_id: uuid.UUID, checked_at: datetime) -> None:
    with team_atomic():
        asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset_id)
        next_look = checked_at + time_between_looks(asset)
        if asset.refresh_due_at not in (None, asset.refresh_lease_until):
            next_look = min(next_look, asset.refresh_due_at)
        Asset.objects.filter(pk=asset_id).update(
            checked_at=checked_at,
            refresh_due_at=next_look,
            refresh_lease_until=None,
            refresh_failures=0,
        )


def time_between_looks(asset: Asset) -> timedelta:
    """Moving rows often, those open in the studio slowly, finished ones once a day."""
    stages = set(asset.dubbings.values_list("stage", flat=True))
    if asset.status == AssetStatus.PROCESSING or stages & MOVING_STAGES:
        return MOVING_EVERY
    return OPEN_EVERY if stages & DRAFT_STAGES else FINISHED_EVERY


def _wait_for_budget(asset: Asset, error: BudgetSpentError) -> None:
    """Nothing failed: the look comes when there is one to spend."""
    _look_at(asset, database_now() + timedelta(seconds=error.retry_after or 0.0))


def _look_at(asset: Asset, due: datetime) -> None:
    Asset.objects.filter(pk=asset.pk).update(refresh_due_at=due, refresh_lease_until=None)


def _look_again_after_failure(asset: Asset, error: Exception) -> None:
    wait = min(FIRST_FAILURE_WAIT * 2 ** min(asset.refresh_failures, 10), LONGEST_FAILURE_WAIT)
    if isinstance(error, NotSentError) and error.retry_after is not None:
        wait = timedelta(seconds=error.retry_after)
        # The key is asked to wait, not this one video.
        lanes.note_wait(connection=asset.connection, until=database_now() + wait)
    if isinstance(error, RejectedError | SealError):
        wait = LONGEST_FAILURE_WAIT
    due = database_now() + wait
    Asset.objects.filter(pk=asset.pk).update(
        refresh_due_at=due, refresh_lease_until=None, refresh_failures=asset.refresh_failures + 1
    )
