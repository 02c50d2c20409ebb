"""Videos made in Panjaya's own studio: taken in by their remote id, then followed like ours."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import Team
from accounts.scoping import team_atomic
from accounts.sealing import SealError
from dubbing.models import Asset, Connection, Locale
from dubbing.models.assets import REMOTE_ID_LENGTH, TITLE_LENGTH
from dubbing.remote.errors import GoneError, RemoteError
from dubbing.remote.types import AssetSnapshot
from dubbing.services.actors import Actor
from dubbing.services.budget import count_look
from dubbing.services.clients import asked_client_for
from dubbing.services.connections import current_connection
from dubbing.services.fences import next_fence
from dubbing.services.history import record_change
from dubbing.services.mirror import apply_snapshot
from dubbing.services.refresh import ask_refresh
from dubbing.states import AssetStatus, Cause
from dubbing.validators import validate_title

NO_ANSWER = "Panjaya does not answer just now. Nothing was changed; try again in a minute."


@dataclass(frozen=True)
class RemotePage:
    """One page of the remote list; `known`: remote ids that are here already."""

    entries: list[AssetSnapshot]
    known: dict[str, Asset]
    next_page: int | None


def list_remote(*, page: int = 1) -> RemotePage:
    """What the team's connection has at Panjaya. Raises ValidationError."""
    connection = current_connection()
    try:
        count_look(connection)
        answer = asked_client_for(connection).list_assets(page)
    except (RemoteError, SealError) as error:
        raise ValidationError(f"{NO_ANSWER} ({error})", code="engine_unreachable") from None
    ids = [entry.remote_id for entry in answer.items]
    rows = Asset.objects.filter(connection=connection, remote_id__in=ids)
    known = {asset.remote_id: asset for asset in rows}
    return RemotePage(list(answer.items), known, answer.next_page)


def preview_asset(*, remote_id: str) -> AssetSnapshot:
    """What would come in. Raises ValidationError (codes `unknown_id`, `known`, ...)."""
    connection = current_connection()
    snapshot = _fetch(connection, remote_id.strip())
    _check_new(connection, snapshot)
    return snapshot


def adopt_asset(
    *, team: Team, actor: Actor, remote_id: str, title: str = "", locale: str = ""
) -> Asset:
    """Takes it in and looks at it at once. `title` and `locale`: where Panjaya tells none.

    Raises ValidationError; under `title` or `locale` where these are what is wrong.
    """
    connection = current_connection()
    fence = next_fence()
    snapshot = _fetch(connection, remote_id.strip())
    _check_new(connection, snapshot)
    asset = Asset(
        team=team,
        connection=connection,
        made_elsewhere=True,
        title=_title(title or snapshot.name or snapshot.remote_id),
        locale=find_locale(snapshot.locale or locale),
        remote_id=snapshot.remote_id,
        status=AssetStatus.PROCESSING,
        created_by=actor.user,
        created_by_key=actor.key,
    )
    try:
        with team_atomic():
            asset.save(force_insert=True)
            note = "Taken in: made in Panjaya’s own studio"
            record_change(asset=asset, after=asset.status, note=note, actor=actor)
            apply_snapshot(asset_id=asset.pk, snapshot=snapshot, fence=fence, cause=Cause.SNAPSHOT)
            ask_refresh(asset=asset)
    except IntegrityError:
        raise ValidationError("It is here already.", code="known") from None
    asset.refresh_from_db()
    return asset


def _fetch(connection: Connection, remote_id: str) -> AssetSnapshot:
    if not remote_id or len(remote_id) > REMOTE_ID_LENGTH:
        raise ValidationError({"remote_id": "Give Panjaya’s id of the video."}, code="required")
    try:
        count_look(connection)
        return asked_client_for(connection).get_asset(remote_id)
    except GoneError:
        words = "Panjaya knows no video by this id, or not with this team’s key."
        raise ValidationError({"remote_id": words}, code="unknown_id") from None
    except (RemoteError, SealError) as error:
        raise ValidationError(f"{NO_ANSWER} ({error})", code="engine_unreachable") from None


def _check_new(connection: Connection, snapshot: AssetSnapshot) -> None:
    if Asset.objects.filter(connection=connection, remote_id=snapshot.remote_id).exists():
        raise ValidationError({"remote_id": "It is here already."}, code="known")


def _title(given: str) -> str:
    title = given.strip()[:TITLE_LENGTH]
    try:
        validate_title(title)
    except ValidationError as error:
        raise ValidationError({"title": error.messages}) from None
    return title


def find_locale(code: str) -> Locale:
    locale: Locale | None = Locale.objects.filter(code__iexact=code).first()
    if locale is None:
        words = "Panjaya does not tell the language that is spoken. Choose it."
        raise ValidationError({"locale": words}, code="unknown_locale")
    return locale
