"""What happened to a video, in the order of the clock: printed beside a broken promise."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from dubbing.models import Asset, CallbackDelivery, OutboxMessage, StatusChange, Version

Step = tuple[datetime, str]


def trail_of(asset: Asset, version: Version | None = None) -> list[str]:
    """One line for each change, callback and command; of one version, where it is given."""
    steps = [*_changes(asset, version), *_callbacks(asset, version), *_commands(asset, version)]
    return [f"    {at:%H:%M:%S.%f} {words}" for at, words in sorted(steps)]


def _changes(asset: Asset, version: Version | None) -> Iterator[Step]:
    rows = StatusChange.objects.filter(asset=asset)
    for row in rows if version is None else rows.filter(version=version):
        moved = f" {row.before} → {row.after}" if row.before != row.after else ""
        yield row.at, f"{row.cause}:{moved} {row.note}".rstrip()


def _callbacks(asset: Asset, version: Version | None) -> Iterator[Step]:
    rows = CallbackDelivery.objects.filter(asset=asset)
    for row in rows if version is None else rows.filter(version_remote_id=version.remote_id):
        what = "moved it" if row.moved else "moved nothing"
        yield row.received_at, f"callback {row.raw_event} of {row.version_remote_id} {what}"


def _commands(asset: Asset, version: Version | None) -> Iterator[Step]:
    rows = OutboxMessage.objects.filter(asset=asset)
    for row in rows if version is None else rows.filter(version=version):
        name = f"{row.kind} {str(row.pk)[-6:]}"
        yield row.created_at, f"{name}: asked for"
        for at, words in (
            (row.sent_at, f"about to be sent, attempt {row.attempts}"),
            (row.unknown_at, "outcome unknown"),
            (row.settled_at, row.state),
        ):
            if at is not None:
                yield at, f"{name}: {words} {row.error_message}".rstrip()


def find_asset(good: tuple[str, ...]) -> tuple[Asset | None, Version | None]:
    """Whom a line of the books is about."""
    kind, name = good[:2]
    if kind == "create":
        return Asset.objects.filter(callback_token=name).first(), None
    if kind == "languages":
        return Asset.objects.filter(remote_id=name).first(), None
    version = Version.objects.select_related("asset").filter(remote_id=name).first()
    return (version.asset if version else None), version


def name_version(version_id: uuid.UUID) -> list[str]:
    version = Version.objects.select_related("asset").get(pk=version_id)
    return trail_of(version.asset, version)
