"""The sandbox learns what it is to have made: then whatever is asked of the demo works."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings

from accounts.models import Team
from dubbing.models import Asset, Connection, Version
from dubbing.remote.signature import PANJAYA_PUBLIC_KEY
from dubbing.services.connections import SANDBOX_KEY, connect_sandbox, save_connection
from dubbing.services.reachability import callback_url
from dubbing.states import VersionStatus

SEEDS_PATH = "/sandbox/seeds"
SECONDS = 60
AT_ONCE = 100
HEADERS = {"Authorization": f"Bearer {SANDBOX_KEY}"}
# Remote ids of what was never sent.
MARK = "seed_"
MOVING = (VersionStatus.NOT_READY, VersionStatus.GENERATING)
# What has been under way no longer than this goes on by itself, one after another.
FRESH = timedelta(hours=1)
MOVE_EVERY_SECONDS = 20


def is_running() -> bool:
    try:
        answer = httpx.get(f"{settings.SANDBOX_URL}/sandbox/health", timeout=2)
    except httpx.HTTPError:
        return False
    return answer.is_success


def connect(team: Team, *, running: bool) -> Connection:
    """The team's one connection, to the sandbox; its keys are fetched as soon as it answers."""
    found: Connection | None = Connection.objects.filter(is_current=True).first()
    if running and found is None:
        return connect_sandbox(team=team)
    if running and found is not None:
        return save_connection(connection=found, key=SANDBOX_KEY, public_keys="", make_current=True)
    return found or _unheard(team)


def tell(entries: Sequence[dict[str, Any]]) -> int:
    """Returns how many assets were new to the sandbox. Raises httpx.HTTPError."""
    added = 0
    for start in range(0, len(entries), AT_ONCE):
        body = {"assets": entries[start : start + AT_ONCE]}
        answer = httpx.post(_address(), json=body, headers=HEADERS, timeout=SECONDS)
        answer.raise_for_status()
        added += int(answer.json()["added"])
    return added


def forget() -> None:
    """Raises httpx.HTTPError."""
    httpx.delete(_address(), headers=HEADERS, timeout=SECONDS).raise_for_status()


def seeds(now: datetime) -> list[dict[str, Any]]:
    """What the sandbox is told of the active team's demo videos, as they stand in the rows now."""
    moving = itertools.count(1)
    assets = Asset.objects.filter(remote_id__startswith=MARK).select_related("connection")
    newest_last = assets.order_by("id").prefetch_related("versions__dubbing")
    return [
        {
            "id": asset.remote_id,
            "name": asset.title,
            "locale": asset.locale_id,
            "status": asset.status,
            "code": asset.error_code,
            "message": asset.error_message,
            "callback_url": callback_url(asset),
            "versions": [_version(version, moving, now) for version in asset.versions.all()],
        }
        for asset in newest_last
    ]


def _version(version: Version, moving: Iterator[int], now: datetime) -> dict[str, Any]:
    is_unheard = version.status == VersionStatus.UNKNOWN
    told: dict[str, Any] = {
        "id": version.remote_id,
        "dubbing_id": version.dubbing.remote_id,
        "locale": version.dubbing.locale_id,
        "status": VersionStatus.READY_TO_EDIT if is_unheard else version.status,
        "code": version.error_code,
        "message": version.error_message,
    }
    if version.status in MOVING and now - version.updated_at < FRESH:
        told["moves_after"] = next(moving) * MOVE_EVERY_SECONDS
    return told


def _unheard(team: Team) -> Connection:
    connection = Connection(
        team=team,
        name="Sandbox",
        base_url=settings.SANDBOX_URL,
        is_sandbox=True,
        public_keys=PANJAYA_PUBLIC_KEY,
    )
    connection.set_key(SANDBOX_KEY)
    connection.save()
    return connection


def _address() -> str:
    return settings.SANDBOX_URL + SEEDS_PATH
