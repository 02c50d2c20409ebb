"""Commands on rows: the pages' services, told in words, written to the log."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from config.admin.links import list_url
from dubbing.models import Connection, StatusChange
from dubbing.states import FilmState, Kind, MessageState, VersionStatus
from tests.builders import make_api_key, make_asset, make_member, make_team, make_version
from tests.dubbing.admin.rows import make_film, make_message, newest, refreshed


def give(client: Client, command: str, *rows, **more: str) -> list[str]:
    """Gives a command in the list; returns what the next page says."""
    data = {"action": command, "_selected_action": [str(row.pk) for row in rows], "index": "0"}
    client.cookies.pop("messages", None)  # what was said before and not shown yet
    answer = client.post(list_url(type(rows[0])), data | more)
    return [str(message) for message in get_messages(answer.wsgi_request)]


def logged(row) -> list[str]:
    entries = LogEntry.objects.filter(object_id=str(row.pk))
    return [entry.get_change_message() for entry in entries]


def test_refused_message_is_sent_again(team: Team, as_operator: Client, operator: User) -> None:
    message = make_message(make_asset(team), error_message="No.", status_code=400)
    assert give(as_operator, "send_again", message) == ["Sent again: 1."]
    again = refreshed(message)
    assert (again.state, again.error_message) == (MessageState.WAITING, "")
    assert logged(message) == ["Sent again"]
    with all_teams("test"):
        change = StatusChange.objects.get(asset=message.asset_id)
    assert change.actor == operator and change.note == "Sent again: Send the video"


def test_messages_of_several_teams_are_sent_in_one_go(as_operator: Client) -> None:
    rows = [make_message(make_asset(make_team())) for _ in range(2)]
    assert give(as_operator, "send_again", *rows) == ["Sent again: 2."]


@pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.DONE, MessageState.SENDING])
def test_what_was_not_refused_is_left_as_it_was(
    state: MessageState, team: Team, as_operator: Client
) -> None:
    message = make_message(make_asset(team), state=state)
    assert give(as_operator, "send_again", message) == [
        "There was nothing to do. (1 left as it was)"
    ]
    assert refreshed(message).state == state
    assert logged(message) == []


def test_newer_command_for_the_same_thing_stands_against_it_in_words(
    team: Team, as_operator: Client
) -> None:
    version = make_version(make_asset(team))
    old = make_message(version.asset, kind=Kind.GENERATE, version=version)
    make_message(version.asset, kind=Kind.GENERATE, version=version, state=MessageState.WAITING)
    assert give(as_operator, "send_again", old) == [
        "A newer command for the same thing is on its way. (1 left as it was)"
    ]


def test_unknown_outcome_is_asked_about_before_it_is_sent_again(
    team: Team, as_operator: Client
) -> None:
    message = make_message(make_asset(team), state=MessageState.UNCONFIRMED)
    assert give(as_operator, "send_again", message)[0].startswith("There was nothing to do")
    url = f"/admin/dubbing/outboxmessage/{message.pk}/command/send_again_unconfirmed/"
    question = as_operator.post(url).content.decode()
    assert "paid for twice" in question
    assert refreshed(message).state == MessageState.UNCONFIRMED
    as_operator.post(url, {"confirmed": "yes"})
    assert refreshed(message).state == MessageState.WAITING


def test_question_about_unknown_outcomes_is_answered_in_the_list(
    team: Team, as_operator: Client
) -> None:
    message = make_message(make_asset(team), state=MessageState.UNCONFIRMED)
    assert give(as_operator, "send_again_unconfirmed", message, confirmed="yes") == [
        "Sent again: 1."
    ]


def test_look_at_the_engine_makes_the_video_due(team: Team, as_operator: Client) -> None:
    version = make_version(make_asset(team))
    for row in (version.asset, version.dubbing, version):
        assert give(as_operator, "refresh", row) == ["To be looked at now: 1."]
    assert refreshed(version.asset).refresh_due_at <= timezone.now()


def test_video_that_never_arrived_cannot_be_looked_at(team: Team, as_operator: Client) -> None:
    asset = make_asset(team, remote_id="")
    assert give(as_operator, "refresh", asset)[0].startswith("There was nothing to do.")


def test_film_is_copied_again_from_its_own_page_and_its_versions(
    team: Team, as_operator: Client
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED, generation=1)
    film = make_film(version, due_at=None, error_message="No link yet.")
    assert give(as_operator, "copy_film", film) == ["To be copied now: 1."]
    assert refreshed(film).due_at is not None
    assert give(as_operator, "copy_film", version) == ["To be copied now: 1."]


def test_film_that_is_lost_is_not_copied_again(team: Team, as_operator: Client) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED, generation=1)
    film = make_film(version, state=FilmState.LOST)
    assert give(as_operator, "copy_film", film)[0].startswith("There was nothing to do.")


def test_videos_are_hidden_and_shown_with_history(team: Team, as_operator: Client) -> None:
    asset = make_asset(team)
    assert give(as_operator, "hide", asset) == ["Hidden: 1."]
    assert refreshed(asset).is_hidden
    assert give(as_operator, "hide", asset)[0].startswith("There was nothing to do.")
    assert give(as_operator, "show", asset) == ["Shown again: 1."]
    assert not refreshed(asset).is_hidden
    assert logged(asset) == ["Shown again", "Hidden"]
    with all_teams("test"):
        notes = set(StatusChange.objects.values_list("note", flat=True))
    assert notes == {"Hidden from the lists", "Shown in the lists again"}


def test_key_is_revoked_once(team: Team, as_operator: Client) -> None:
    key, _token = make_api_key(team)
    assert give(as_operator, "revoke", key) == ["Revoked: 1."]
    assert not refreshed(key).is_usable
    assert give(as_operator, "revoke", key)[0].startswith("There was nothing to do.")
    assert logged(key) == ["Revoked"]


def test_last_owner_is_not_removed(team: Team, alice: User, as_operator: Client) -> None:
    bob = make_member(team, Role.VIEWER)
    last = Membership.objects.get(user=alice)
    told = give(as_operator, "remove", last)
    assert told[0].startswith("A team keeps at least one owner.")
    assert give(as_operator, "remove", Membership.objects.get(user=bob)) == [
        "Removed from the team: 1."
    ]
    assert list(team.members.all()) == [alice]


def test_team_is_connected_to_the_sandbox(
    team: Team, as_operator: Client, settings, sandbox
) -> None:
    settings.SANDBOX_URL = sandbox.url
    answer = as_operator.post(f"/admin/accounts/team/{team.pk}/command/connect_to_sandbox/")
    assert answer.url == f"/admin/accounts/team/{team.pk}/change/"
    made = newest(Connection)
    assert (made.team, made.is_current, made.is_sandbox) == (team, True, True)
    assert logged(team) == ["Connected to the sandbox"]


def test_sandbox_that_is_down_is_told_in_words(team: Team, as_operator: Client, settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    told = give(as_operator, "connect_to_sandbox", team)
    assert told == ["The sandbox does not answer. Start it, then save again. (1 left as it was)"]


def test_without_a_sandbox_no_team_is_connected_to_it(
    team: Team, as_operator: Client, settings
) -> None:
    settings.SANDBOX = False
    page = as_operator.get(f"/admin/accounts/team/{team.pk}/change/").content.decode()
    assert "Connect to the sandbox" not in page


def test_too_many_rows_at_once_are_refused(
    team: Team, as_operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.admin.commands.MOST_ROWS", 1)
    rows = [make_message(make_asset(team)) for _ in range(2)]
    told = give(as_operator, "send_again", *rows, select_across="1")
    assert told == ["These are more than 1 rows. Filter first, then choose again."]
    assert {refreshed(row).state for row in rows} == {MessageState.REFUSED}


def test_commands_that_make_sense_are_buttons_on_the_rows_page(
    team: Team, as_operator: Client
) -> None:
    message = make_message(make_asset(team))
    page = as_operator.get(f"/admin/dubbing/outboxmessage/{message.pk}/change/").content.decode()
    assert "Send again what was refused" in page
    key, _token = make_api_key(team)
    page = as_operator.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert "/command/revoke/" in page
    give(as_operator, "revoke", key)
    page = as_operator.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert "/command/revoke/" not in page
