"""Undo over the API: what still waits is taken back, and what has left is not."""

from __future__ import annotations

import pytest

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Connection, Dubbing, OutboxMessage
from dubbing.states import AssetStatus, MessageState, VersionStatus
from tests.builders import make_api_key, make_asset, make_connection, make_dubbing, make_version
from tests.dubbing.api.caller import Caller, is_error

VIDEO = {
    "media_url": "https://media.example.org/a.mp4",
    "locale": "en-US",
    "languages": [{"locale": "de-DE"}, {"locale": "fr-FR"}],
}


@pytest.fixture
def line(team: Team) -> Connection:
    """It may cost money, so commands wait."""
    return make_connection(team, is_sandbox=False)


@pytest.fixture
def caller(team: Team, line: Connection) -> Caller:
    return Caller(make_api_key(team)[1])


def undo(caller: Caller, path: str):
    return caller.client.delete(f"/api/v1/{path}/command/")


def states(team: Team) -> list[str]:
    with team_scope(team.pk):
        return list(OutboxMessage.objects.values_list("state", flat=True))


def test_a_video_is_taken_back_before_it_leaves(team, caller):
    asset = caller.post("assets/", VIDEO).json()
    answer = undo(caller, f"assets/{asset['id']}")
    assert answer.status_code == 200 and answer.json()["status"] == "NotSent"
    assert {row["stage"] for row in answer.json()["dubbings"]} == {"not_sent"}
    assert states(team) == [MessageState.CANCELLED]
    assert is_error(undo(caller, f"assets/{asset['id']}"), 409, "conflict", "too_late")


def test_a_generation_is_taken_back(team, line, caller):
    asset = make_asset(team, connection=line, remote_id="a", status=AssetStatus.READY)
    version = make_version(asset, remote_id="v", status=VersionStatus.READY_TO_EDIT)
    assert caller.post(f"versions/{version.pk}/generate/").status_code == 202
    answer = undo(caller, f"versions/{version.pk}")
    assert answer.status_code == 200 and answer.json()["can_generate"] is True
    assert states(team) == [MessageState.CANCELLED]


def test_added_languages_are_taken_back_by_any_of_them_and_the_others_stay(team, line, caller):
    asset = make_asset(team, connection=line, remote_id="a", status=AssetStatus.READY)
    make_dubbing(asset, locale="ja-JP")
    for locales in (["de-DE", "fr-FR"], ["it-IT"]):
        body = {"languages": [{"locale": locale} for locale in locales]}
        assert caller.post(f"assets/{asset.pk}/languages/", body).status_code == 202
    with team_scope(team.pk):
        french = Dubbing.objects.get(locale="fr-FR")
    answer = undo(caller, f"dubbings/{french.pk}")
    assert answer.status_code == 200 and answer.json()["stage"] == "not_sent"
    assert sorted(states(team)) == [MessageState.CANCELLED, MessageState.WAITING]


def test_what_has_left_is_not_taken_back(team, caller):
    asset = caller.post("assets/", VIDEO).json()
    with team_scope(team.pk):
        OutboxMessage.objects.update(state=MessageState.SENDING)
        dubbing = Dubbing.objects.first()
    for path in (f"assets/{asset['id']}", f"dubbings/{dubbing.pk}"):
        assert is_error(undo(caller, path), 409, "conflict", "too_late")
    assert states(team) == [MessageState.SENDING]


def test_an_asset_tells_where_it_comes_from(team, line, caller):
    failed = make_asset(team, connection=line, status=AssetStatus.FAILED)
    with team_scope(team.pk):
        Asset.objects.filter(pk=failed.pk).update(made_elsewhere=True)
    other = make_asset(team, connection=line, replaces=failed)
    told = caller.get(f"assets/{failed.pk}/").json()
    assert (told["made_elsewhere"], told["replaces"]) == (True, None)
    told = caller.get(f"assets/{other.pk}/").json()
    assert (told["made_elsewhere"], told["replaces"]) == (False, str(failed.pk))
