"""Unknown outcomes: what a person can look at, and what a person decides.

The remote list carries nothing of ours that would prove an entry to be the one we sent: so entries
are only candidates. Nothing here matches by title or time.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.scoping import team_atomic
from accounts.sealing import SealError
from dubbing.models import Asset, Connection, OutboxMessage
from dubbing.remote.errors import RemoteError
from dubbing.remote.types import AssetSnapshot
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset
from dubbing.services.budget import count_look
from dubbing.services.clients import asked_client_for
from dubbing.services.fences import next_fence
from dubbing.services.mirror import apply_snapshot
from dubbing.services.proofs import prove_creation, settle_proven
from dubbing.services.refresh import ask_refresh, fetch_asset
from dubbing.states import Cause, Kind, MessageState

MOST_PAGES = 5
NO_ANSWER = "Panjaya does not answer just now. Nothing was changed; try again in a minute."


@dataclass(frozen=True)
class Candidates:
    """`complete`: the whole list was read."""

    entries: list[AssetSnapshot]
    complete: bool


def list_candidates(*, connection: Connection) -> Candidates:
    """Entries of the remote list that no video of ours has. Raises ValidationError."""
    known = set(
        Asset.objects.filter(connection=connection)
        .exclude(remote_id="")
        .values_list("remote_id", flat=True)
    )
    found: dict[str, AssetSnapshot] = {}
    page: int | None = 1
    try:
        client = asked_client_for(connection)
        for _ in range(MOST_PAGES):
            if page is None:
                break
            count_look(connection)
            answer = client.list_assets(page)
            fresh = [one for one in answer.items if one.remote_id not in found]
            found |= {one.remote_id: one for one in fresh}
            page = answer.next_page if fresh else None
    except (RemoteError, SealError) as error:
        raise ValidationError(f"{NO_ANSWER} ({error})", code="engine_unreachable") from None
    entries = [one for one in found.values() if one.remote_id not in known]
    return Candidates(entries, complete=page is None)


def confirm_candidate(*, message: OutboxMessage, remote_id: str, actor: Actor) -> None:
    """A person says: this entry is what we sent. Raises ValidationError.

    Codes: `decided` when it is settled already, `taken` when another video has this id,
    `engine_unreachable`.
    """
    fence = next_fence()
    connection = message.asset.connection
    try:
        count_look(connection)
        snapshot = asked_client_for(connection).get_asset(remote_id)
    except (RemoteError, SealError) as error:
        raise ValidationError(f"{NO_ANSWER} ({error})", code="engine_unreachable") from None
    note = f"Recognised by hand as {snapshot.remote_id} at Panjaya"
    try:
        with team_atomic():
            asset = lock_asset(message.asset_id)
            _check_undecided(asset, message)
            prove_creation(
                asset=asset,
                remote_id=snapshot.remote_id,
                note=note,
                cause=actor.cause,
                actor=actor,
            )
            apply_snapshot(asset_id=asset.pk, snapshot=snapshot, fence=fence, cause=Cause.SNAPSHOT)
            ask_refresh(asset=asset)
    except IntegrityError:
        raise ValidationError("Another video here has this id already.", code="taken") from None
    message.refresh_from_db()


def _check_undecided(asset: Asset, message: OutboxMessage) -> None:
    doubtful = OutboxMessage.objects.filter(
        pk=message.pk, kind=Kind.CREATE, state=MessageState.UNCONFIRMED
    )
    if asset.remote_id or not doubtful.exists():
        raise ValidationError("This has been settled meanwhile.", code="decided")


def look_for_proof(*, message: OutboxMessage) -> bool:
    """Looks at the asset now: does it prove that the message arrived? Raises ValidationError."""
    fence = next_fence()
    asset = message.asset
    try:
        count_look(asset.connection)
        snapshot, details = fetch_asset(asset=asset)
    except (RemoteError, SealError) as error:
        raise ValidationError(f"{NO_ANSWER} ({error})", code="engine_unreachable") from None
    with team_atomic():
        apply_snapshot(
            asset_id=asset.pk,
            snapshot=snapshot,
            details=details,
            fence=fence,
            cause=Cause.SNAPSHOT,
        )
        settle_proven(asset=asset)
    message.refresh_from_db()
    return bool(message.state == MessageState.DONE)
