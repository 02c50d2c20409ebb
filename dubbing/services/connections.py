from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_atomic
from accounts.sealing import SealError
from dubbing.models import Connection
from dubbing.remote.signature import PANJAYA_PUBLIC_KEY, load_key
from dubbing.services.clients import asked_client_for, client_maker
from dubbing.services.probing import Probe, probe_engine, probe_list
from dubbing.services.profiles import ProfileUnusableError, check_profile, profile_of
from dubbing.states import CheckResult
from dubbing.validators import validate_media_url

SANDBOX_KEY = "panjaya-sandbox"
SANDBOX_KEY_PATH = "/sandbox/public-key.pem"
PUBLIC_KEY_SECONDS = 5
# A change of these can make the key fail, or show that it works.
TESTED = ("base_url", "sealed_key", "profile")
TYPED = (
    "name", "base_url", "sealed_key", "key_hint", "public_keys", "is_sandbox", "is_current",
    "profile", "looks_per_minute",
)  # fmt: skip
FOUND = ("check_result", "check_detail", "checked_at", "verified_at", "evidence")


def current_connection() -> Connection:
    """The active team's way to the engine; raises ValidationError when there is none."""
    connection: Connection | None = Connection.objects.filter(is_current=True).first()
    if connection is None:
        raise ValidationError(
            "This team has no connection to Panjaya yet. An owner adds one on the page "
            "“Connection”.",
            code="no_connection",
        )
    return connection


def is_sandbox_address(base_url: str) -> bool:
    return bool(settings.SANDBOX) and base_url.rstrip("/") == settings.SANDBOX_URL


def save_connection(
    *, connection: Connection, key: str | None, public_keys: str, make_current: bool
) -> Connection:
    """Saves a new or changed connection after a look at the engine's list with its key.

    A blank `key` keeps the one that is there; blank public keys stand for the vendor's published
    one, or the sandbox's own. A key that the engine refuses is not saved: ValidationError on
    `key`. Whatever else keeps the list from being read is written down on the row.
    """
    before = Connection.objects.filter(pk=connection.pk).first()
    connection.base_url = connection.base_url.rstrip("/")
    connection.is_sandbox = is_sandbox_address(connection.base_url)
    _check_address(connection)
    check_profile(connection.profile)
    connection.clean_fields(exclude=["public_keys", "sealed_key", "profile"])
    connection.public_keys = _checked_public_keys(connection, public_keys)
    connection.is_current = make_current
    _set_key(connection, key, before)
    found = (*FOUND, "absent_calls") if _test(connection, before) else ()
    with team_atomic():
        if make_current:
            _retire_others(connection)
        # What workers have written meanwhile, such as the looks that are booked, stays.
        connection.save(update_fields=None if before is None else [*TYPED, *found])
    return connection


def make_connection_current(*, connection: Connection) -> None:
    """New videos go this way from now on."""
    with team_atomic():
        _retire_others(connection)
        Connection.objects.filter(pk=connection.pk).update(is_current=True)


def connect_sandbox(*, team: Team) -> Connection:
    connection = Connection(team=team, name="Sandbox", base_url=settings.SANDBOX_URL)
    return save_connection(
        connection=connection, key=SANDBOX_KEY, public_keys="", make_current=True
    )


def check_connection(*, connection: Connection) -> Probe:
    """Looks at the engine once more, by free calls only, and writes down what was found."""
    try:
        probe = probe_engine(client_maker(connection), profile_of(connection))
    except (SealError, ProfileUnusableError) as error:
        probe = Probe(CheckResult.UNVERIFIED, str(error))
    _write_probe(connection, probe)
    with team_atomic():
        connection.save(update_fields=FOUND)
    return probe


def _check_address(connection: Connection) -> None:
    """The key travels there: in the clear only to this very machine."""
    if connection.is_sandbox:
        return
    try:
        validate_media_url(connection.base_url, loopback_allowed=bool(settings.SANDBOX))
    except ValidationError:
        reason = "Give the whole address of Panjaya’s API, such as https://api.panjaya.ai."
        raise ValidationError({"base_url": ValidationError(reason, code="invalid_url")}) from None
    parts = urlsplit(connection.base_url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        reason = "The key would travel in the clear. The address must begin with https://."
        raise ValidationError({"base_url": ValidationError(reason, code="url_scheme")})


def _checked_public_keys(connection: Connection, typed: str) -> str:
    connection.public_keys = typed.strip() or _default_public_keys(connection)
    if unreadable := [pem for pem in connection.public_key_list() if load_key(pem) is None]:
        raise ValidationError(
            {"public_keys": f"{len(unreadable)} of these is no P-256 public key in PEM form."},
            code="invalid_public_key",
        )
    return connection.public_keys


def _set_key(connection: Connection, key: str | None, before: Connection | None) -> None:
    key = (key or "").strip()
    if not key and before is not None and before.base_url != connection.base_url:
        raise _key_error(
            "Paste the key again: it is only ever sent to the address it was entered for.",
            "required",
        )
    if key and (not key.isascii() or not key.isprintable() or " " in key):
        raise _key_error("A key is one word of plain characters. Copy it once more.", "invalid_key")
    if key:
        connection.set_key(key)
    if not connection.sealed_key:
        raise _key_error("Paste the key that Panjaya gave you.", "required")


def _test(connection: Connection, before: Connection | None) -> bool:
    """Whether a look was needed, and made; a key that is refused raises ValidationError."""
    is_same = before is not None and all(
        getattr(before, name) == getattr(connection, name) for name in TESTED
    )
    if is_same:
        return False
    try:
        probe = probe_list(asked_client_for(connection))
    except SealError as error:
        raise _key_error(f"{error} Paste the key anew.", "required") from None
    if probe.result == CheckResult.REFUSED:
        raise _key_error(probe.detail, "key_rejected")
    # Another engine, or other spellings: what was learnt before no longer counts.
    connection.absent_calls, connection.evidence = [], {}
    _write_probe(connection, probe)
    return True


def _write_probe(connection: Connection, probe: Probe) -> None:
    connection.checked_at = timezone.now()
    connection.check_result, connection.check_detail = probe.result, probe.detail
    connection.evidence = {**connection.evidence, **probe.evidence}
    if probe.result == CheckResult.ACCEPTED:
        connection.verified_at = connection.checked_at


def _key_error(reason: str, code: str) -> ValidationError:
    return ValidationError({"key": ValidationError(reason, code=code)})


def _retire_others(connection: Connection) -> None:
    # Two owners at once: the second waits here instead of meeting the constraint.
    Team.objects.select_for_update(no_key=True).get(pk=connection.team_id)
    others = Connection.objects.filter(team_id=connection.team_id, is_current=True)
    others.exclude(pk=connection.pk).update(is_current=False)


def _default_public_keys(connection: Connection) -> str:
    if not connection.is_sandbox:
        return PANJAYA_PUBLIC_KEY
    try:
        answer = httpx.get(connection.base_url + SANDBOX_KEY_PATH, timeout=PUBLIC_KEY_SECONDS)
        answer.raise_for_status()
    except httpx.HTTPError:
        raise ValidationError(
            {"base_url": "The sandbox does not answer. Start it, then save again."},
            code="sandbox_down",
        ) from None
    return answer.text
