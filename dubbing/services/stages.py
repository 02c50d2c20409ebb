"""A dubbing's current version and its one stage, worked out anew whenever either side moves."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.kept import KeptQuestion
from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.states import (
    CAN_GENERATE,
    CAN_REVISE,
    MERGED_STAGES,
    AssetStatus,
    DubbingStatus,
    Kind,
    MessageState,
    ReviewState,
    Stage,
    VersionStatus,
    stage_of,
)

# What a dubbing's stage is worked out from.
STAGED = (
    *("team", "asset", "status", "error_message", "stage", "stage_since", "failure_code"),
    *("current", "is_pinned", "versions_count", "review"),
)
# A command counts as “being sent” only while the version is still where the command starts.
PENDING_FROM = {Kind.GENERATE: CAN_GENERATE, Kind.REVISE: CAN_REVISE - CAN_GENERATE}


def _to_stage(ids: Sequence[uuid.UUID]) -> QuerySet[Any]:
    rows: QuerySet[Any] = Dubbing.objects.filter(asset=ids[0]).only(*STAGED).order_by("pk")
    return rows


# What every answer asks.
_TO_STAGE = KeptQuestion(_to_stage)


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


def restage_all(asset: Asset, started: Collection[str] = (), *, is_new: bool = False) -> bool:
    """restage_dubbing of every language of the asset; whether something changed.

    `started`: ids of those that Panjaya has from now on. `is_new`: nothing of the asset was known
    there until now, so no version either.
    """
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
