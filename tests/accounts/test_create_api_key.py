from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, Team
from accounts.roles import Role
from accounts.scoping import all_teams
from tests.dubbing.api.caller import Caller


def test_token_alone_is_printed(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "--team", "studio", "--name", "ci")
    printed = capsys.readouterr()
    token = printed.out.removesuffix("\n")
    assert token.startswith("dd_") and " " not in token and printed.err == ""
    assert Caller(token).get("assets/").status_code == 200
    with all_teams("test"):
        key = ApiKey.objects.get()
    assert (key.name, key.role, key.team) == ("ci", Role.PRODUCER, team)
    assert token not in f"{vars(key)}"


def test_role_can_be_chosen(team: Team) -> None:
    call_command("create_api_key", "--team", "studio", "--name", "tv", "--role", "viewer")
    with all_teams("test"):
        assert ApiKey.objects.get().role == Role.VIEWER


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--team", "studo", "--name", "ci"], "There is no team “studo”. Known: studio."),
        (["--team", "studio", "--name", "ci", "--role", "boss"], "The role is one of owner, "),
        (["--team", "studio", "--name", " "], "cannot be blank"),
        (["--team", "studio", "--name", "x" * 101], "at most 100 characters"),
        (["--team", "studio"], "--name"),
    ],
)
def test_mistake_is_told_in_one_line(team: Team, words: list[str], told: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("create_api_key", *words)
    assert told in str(caught.value) and "\n" not in str(caught.value)
    with all_teams("test"):
        assert not ApiKey.objects.exists()
