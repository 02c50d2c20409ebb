"""What people ask of a version, and the links they open it by."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Film, Version
from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import CallAbsentError, RemoteError
from dubbing.services.absences import NO_GENERATE, note_evidence, remember_absence
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.budget import count_look
from dubbing.services.clients import asked_client_for
from dubbing.services.history import record_change
from dubbing.services.outbox import enqueue_message
from dubbing.services.stages import restage_dubbing
from dubbing.states import (
    CAN_GENERATE,
    CAN_OPEN_STUDIO,
    CAN_REVISE,
    Kind,
    VersionStatus,
)

SIGNED_LINK = "studio_url"
NOT_READY = "The draft is not ready yet."
UNKNOWN_STATE = "Panjaya gives it a state that this desk does not know."


@dataclass(frozen=True)
class StudioLink:
    """`signed` links open at once and lapse; for the others Panjaya asks for a login."""

    url: str
    signed: bool


def why_not_generate(version: Version) -> str:
    """Empty when the version may be generated, else the reason in words."""
    status = VersionStatus(version.status)
    if status in CAN_GENERATE:
        return NO_GENERATE if is_made_in_studio(version) else ""
    if status == VersionStatus.COMPLETED:
        return "The film is made. Revise it first to make another."
    if status == VersionStatus.GENERATING:
        return "The film is being made."
    if status == VersionStatus.FAILED:
        return "It failed. Reopen it first."
    return UNKNOWN_STATE if status == VersionStatus.UNKNOWN else NOT_READY


def is_made_in_studio(version: Version) -> bool:
    """Whether the film waits for a press in the studio: Panjaya offers no call that makes it."""
    ready = VersionStatus(version.status) in CAN_GENERATE
    return ready and version.asset.connection.lacks("generate")


def why_not_revise(version: Version) -> str:
    """Empty when the version may be reopened, else the reason in words."""
    status = VersionStatus(version.status)
    if status == VersionStatus.UNKNOWN:
        return UNKNOWN_STATE
    if status not in CAN_REVISE:
        return "It is busy: it can be reopened once Panjaya is done."
    if status == VersionStatus.READY_TO_EDIT:
        return "It is open for editing already."
    if status == VersionStatus.COMPLETED and not has_own_copy(version):
        return "Our copy of the film is still being made. Panjaya deletes its own on revise."
    return ""


def why_not_open(version: Version) -> str:
    """Empty when the version can be opened in the studio, else the reason in words."""
    if version.status in CAN_OPEN_STUDIO:
        return ""
    return UNKNOWN_STATE if version.status == VersionStatus.UNKNOWN else NOT_READY


def has_own_copy(version: Version) -> bool:
    """Whether the version's latest film lies whole in our storage."""
    stored: bool = (
        Film.objects.stored().filter(version=version, generation=version.generation).exists()
    )
    return stored


def generate_version(*, version: Version, actor: Actor) -> None:
    """Asks for the film. Raises ValidationError (codes `not_ready`, `already_sending`)."""
    _command(version, Kind.GENERATE, actor, "Film asked for")


def revise_version(*, version: Version, actor: Actor) -> None:
    """Opens it for editing again; Panjaya deletes its film, ours stays."""
    _command(version, Kind.REVISE, actor, "Reopened for editing")


def _command(version: Version, kind: Kind, actor: Actor, note: str) -> None:
    reason = {Kind.GENERATE: why_not_generate, Kind.REVISE: why_not_revise}[kind]
    with team_atomic():
        asset = lock_asset(version.asset_id)
        related = ("dubbing", "asset__connection")
        current: Version = Version.objects.select_related(*related).get(pk=version.pk)
        if why_not := reason(current):
            raise ValidationError(why_not, code="not_ready")
        enqueue_message(asset=asset, kind=kind, actor=actor, version=current)
        restage_dubbing(asset, current.dubbing)
        record_change(asset=asset, dubbing=current.dubbing, version=current, note=note, actor=actor)
        touch_asset(asset)


def make_studio_link(*, version: Version) -> StudioLink:
    """A link to the editor, made now. Raises ValidationError, or RemoteError when unreachable."""
    if why_not := why_not_open(version):
        raise ValidationError(why_not, code="not_ready")
    client = asked_client_for(version.asset.connection)
    if url := _signed_link(client, version):
        return StudioLink(url, signed=True)
    count_look(version.asset.connection)
    url = client.get_version(version.remote_id).studio_url
    if not url:
        raise ValidationError("Panjaya gave no link to its studio.", code="no_studio_link")
    return StudioLink(url, signed=False)


def _signed_link(client: RemoteClient, version: Version) -> str:
    """Empty where the engine makes no such links, which is then remembered."""
    connection = version.asset.connection
    if connection.lacks(SIGNED_LINK):
        return ""
    try:
        url = client.create_studio_url(version.remote_id)
    except CallAbsentError as error:
        remember_absence(connection=connection, call=SIGNED_LINK, error=error)
        return ""
    if SIGNED_LINK not in connection.evidence:
        note_evidence(connection=connection, **{SIGNED_LINK: timezone.now().isoformat()})
    return url


def latest_film(version: Version) -> Film | None:
    film: Film | None = (
        Film.objects.stored().filter(version=version).order_by("-generation").first()
    )
    return film


def make_result_link(*, version: Version) -> str:
    """The engine's own signed link, for the moments before our copy is there."""
    if version.status != VersionStatus.COMPLETED:
        raise ValidationError("There is no finished film yet.", code="no_film")
    count_look(version.asset.connection)
    try:
        url = asked_client_for(version.asset.connection).get_version(version.remote_id).result_url
    except RemoteError as error:
        raise ValidationError(
            f"Panjaya did not give the film just now. Try again in a minute. ({error})",
            code="engine_unreachable",
        ) from None
    if not url:
        raise ValidationError("Panjaya has no film for this version.", code="no_film")
    return url
