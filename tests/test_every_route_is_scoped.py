"""Walks every route × role × foreign team. Who may do what stands in `every_route`."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Team, User
from accounts.roles import Role, allows
from accounts.scoping import all_teams
from dubbing.models import Dubbing, Film, LanguageSet, OutboxMessage, Preset
from dubbing.short_ids import short_id
from dubbing.states import FilmState, Kind, MessageState, VersionStatus
from tests.builders import (
    make_api_key,
    make_archive,
    make_asset,
    make_bulk_action,
    make_delivery,
    make_member,
    make_note,
    make_saved_view,
    make_sheet,
    make_subtitle,
    make_upload,
    make_version,
)
from tests.conftest import signed_in
from tests.every_route import ADMIN, DOORS, HARMLESS, OWN, PUBLIC, TEAM, Door, routes

SECRET = "Only for the studio"
METHODS = ("get", "post", "put", "patch", "delete")
NOT_IN = {401, 403, 404, 405}
every_door = pytest.mark.parametrize("door", DOORS, ids=str)


@pytest.fixture
def ids(team: Team) -> dict[str, uuid.UUID]:
    """One row of each kind in the team `studio`, by the names that routes give them."""
    asset = make_asset(team, title=SECRET)
    version = make_version(asset, status=VersionStatus.COMPLETED, generation=1)
    shared = {"team": team, "asset": asset, "version": version}
    now = timezone.now()
    with all_teams("test"):
        film = Film(**shared, generation=1, state=FilmState.STORED, size=4, sha256="a" * 64)
        film.stored_at = now
        film.file.save("film.mp4", ContentFile(b"film"), save=False)
        film.save()
        upload = make_upload(team, name=SECRET)
        upload.waveform.save("peaks.json", ContentFile(b"{}"))
        message = OutboxMessage.objects.create(
            **shared, kind=Kind.GENERATE, state=MessageState.REFUSED, due_at=now
        )
        invitation = Invitation.objects.create(
            team=team,
            email="dora@example.org",
            token_hash="b" * 64,
            expires_at=now + timedelta(days=1),
        )
        preset = Preset.objects.create(team=team, name="P", settings={"project": SECRET})
        Dubbing.objects.filter(pk=version.dubbing_id).update(srt="1")
        language_set = LanguageSet.objects.create(team=team, name="S", locales=["de-DE"])
    subtitle = make_subtitle(team)
    return {
        "asset_id": asset.id,
        "connection_id": asset.connection_id,
        "dubbing_id": version.dubbing_id,
        "version_id": version.id,
        "film_id": film.id,
        "archive_id": make_archive(team, SECRET).id,
        "number": 1,
        "message_id": message.id,
        "note_id": make_note(version).id,
        "delivery_id": make_delivery(version).id,
        "sheet_id": make_sheet(team).id,
        "preset_id": preset.id,
        "language_set_id": language_set.id,
        "batch_id": subtitle.batch_id,
        "upload_id": upload.id,
        "item_id": subtitle.item_id,
        "subtitle_id": subtitle.id,
        "membership_id": make_member(team).memberships.get().id,
        "invitation_id": invitation.id,
        "key_id": make_api_key(team, Role.VIEWER)[0].id,
        "action_id": make_bulk_action(asset).id,
        "view_id": make_saved_view(team, name=SECRET).id,
    }


def visitor(door: Door, team: Team, role: Role) -> Client:
    """Somebody in the team with this role: a person, or a program with a key."""
    if door.is_api:
        token = make_api_key(team, role)[1]
        return Client(headers={"Authorization": f"Bearer {token}"})
    return signed_in(make_member(team, role))


def _word(converter: str, value: Any) -> str:
    return short_id(value) if converter == "short" else str(value)


def call(client: Client, route: str, method: str, ids: dict[str, Any]) -> HttpResponse:
    path = "/" + re.sub(r"<(\w+):(\w+)>", lambda part: _word(part[1], ids[part[2]]), route)
    options = {"content_type": "application/json"} if route.startswith("api/") else {}
    return getattr(client, method)(path, {} if method != "get" else None, **options)


def test_every_route_has_a_row() -> None:
    known = PUBLIC | OWN | TEAM.keys()
    found = {route for route in routes() if not route.startswith(ADMIN)}
    assert found - known == set(), "Say in tests/every_route.py who may use these."
    assert known - found == set(), "These are gone: take them out of tests/every_route.py."


def test_viewers_change_nothing_but_their_own() -> None:
    open_changes = {
        (door.route, door.method)
        for door in DOORS
        if door.method != "get" and allows(Role.VIEWER, door.needs)
    }
    assert open_changes == HARMLESS


@every_door
def test_nobody_gets_in(door: Door, ids: dict[str, uuid.UUID]) -> None:
    answer = call(Client(), door.route, door.method, ids)
    if door.is_api:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/?next=/")


@every_door
def test_other_teams_owner_sees_nothing(
    door: Door, ids: dict[str, uuid.UUID], charlie: User
) -> None:
    outsider = visitor(door, charlie.memberships.get().team, Role.OWNER)
    answer = call(outsider, door.route, door.method, ids)
    if door.has_ids:
        assert answer.status_code == 404
    assert SECRET not in answer.getvalue().decode()


@every_door
def test_role_decides(door: Door, ids: dict[str, uuid.UUID], team: Team, alice: User) -> None:
    for role in Role:
        # What one of them may delete is there again for the next.
        with transaction.atomic():
            answer = call(visitor(door, team, role), door.route, door.method, ids)
            transaction.set_rollback(True)
        if allows(role, door.needs):
            assert answer.status_code not in NOT_IN, f"{role} is kept out"
        else:
            assert answer.status_code == 403, f"{role} gets in"


@pytest.mark.parametrize("route", TEAM)
def test_no_other_method_opens_a_door(route: str, ids: dict[str, uuid.UUID], team: Team) -> None:
    owner = visitor(Door(route, "get", next(iter(TEAM[route].values()))), team, Role.OWNER)
    for method in set(METHODS) - TEAM[route].keys():
        assert call(owner, route, method, ids).status_code == 405, method


@pytest.mark.parametrize("route", sorted(OWN))
def test_own_pages_ask_to_sign_in(db: None, route: str) -> None:
    for method in ("get", "post"):
        answer = call(Client(), route, method, {"team_id": uuid.uuid4()})
        assert answer.status_code == 302 and answer["Location"].startswith("/account/login/")


def test_admin_is_for_staff(ids: dict[str, uuid.UUID], as_alice: Client) -> None:
    """An owner of a team is nobody there; neither is whoever is not signed in."""
    entrances = {"admin/login/", "admin/logout/"}
    for route in {route for route in routes() if route.startswith(ADMIN)} - entrances:
        path = "/" + re.sub(r"<(?:\w+:)?\w+>", str(ids["asset_id"]), route)
        if "(?P" in path:
            path = "/admin/dubbing/"
        for client in (as_alice, Client()):
            for method in ("get", "post"):
                answer = getattr(client, method)(path)
                assert answer.status_code in (302, 403, 404, 405), f"{method} {path}"
                assert SECRET not in answer.getvalue().decode()
                if answer.status_code == 302:
                    assert "login" in answer["Location"] or path.endswith(f"{ids['asset_id']}/")


def test_member_of_no_team_gets_nowhere(ids: dict[str, uuid.UUID], db: None) -> None:
    stray = signed_in(User.objects.create_user("stray@example.org"))
    for door in DOORS:
        if not door.is_api and door.method == "get":
            assert call(stray, door.route, door.method, ids).status_code in (302, 403)
