"""How misbehaviour is asked for: at the start, while it runs, and wrongly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.orders import ScenarioError, make_order, parse_order
from sandbox.scenarios import SCENARIOS, Call, Name
from sandbox.settings import SettingError, read_settings
from sandbox.web.app import ROUTES
from tests.sandbox.client import Client, new_asset
from tests.sandbox.misbehaving import Misbehaving
from tests.sandbox_process import run_sandbox


def test_every_name_has_its_row_with_one_plain_sentence() -> None:
    assert set(SCENARIOS) == {name.value for name in Name}
    for scenario in SCENARIOS.values():
        assert scenario.says[0].isupper()
        assert scenario.says.endswith(".")
        assert scenario.calls


def test_every_call_is_a_route_or_the_callback() -> None:
    assert {route.call for route in ROUTES if route.call} == set(Call) - {Call.CALLBACK}


def test_help_and_http_tell_of_every_scenario(naughty: Misbehaving) -> None:
    command = [sys.executable, "-m", "sandbox", "--help"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    known = naughty.get("/sandbox/scenarios")["known"]
    assert [row["name"] for row in known] == list(SCENARIOS)
    for row in known:
        assert f"  {row['name']}" in printed
        assert row["says"] in printed
    slow = known[0]
    assert (slow["name"], slow["argument"], slow["default"]) == ("slow-answer", "SECONDS", 2.0)


def test_what_is_on_is_listed_in_order_and_cleared(naughty: Misbehaving) -> None:
    naughty.switch_on("server-error", on=["revise", "create"], times=3)
    naughty.switch_on("slow-answer", on="film", times=None, argument=1)
    assert naughty.get("/sandbox/scenarios")["active"] == [
        {"name": "server-error", "argument": None, "on": ["create", "revise"], "times": 3},
        {"name": "slow-answer", "argument": 1.0, "on": ["film"], "times": None},
    ]
    naughty.post("/v1/assets/", new_asset())
    assert naughty.get("/sandbox/scenarios")["active"][0]["times"] == 2
    assert naughty.request("DELETE", "/sandbox/scenarios").json() == {"cleared": 2}
    assert naughty.still_on() == []


def test_a_start_may_name_scenarios_on_the_line_and_in_the_environment(tmp_path: Path) -> None:
    line = ("--scenario", "unavailable@list+asset", "--scenario", "slow-answer:0")
    env = {"SANDBOX_SCENARIOS": "key-revoked@create, callback-doubled"}
    with run_sandbox(tmp_path, arguments=line, env=env) as handle:
        client = Client(handle)
        active = client.get("/sandbox/scenarios")["active"]
        assert [order["name"] for order in active] == [
            "key-revoked",
            "callback-doubled",
            "unavailable",
            "slow-answer",
        ]
        assert {order["times"] for order in active} == {None}
        for _ in range(2):
            assert client.request("GET", "/v1/assets/").status_code == 503
            assert client.post("/v1/assets/", new_asset()).status_code == 401
        assert client.get("/sandbox/ledger")["entries"] == []


@pytest.mark.parametrize("text", ["slow", "slow-answer:x", "Server Error", "server-error:5", ""])
def test_a_start_with_nonsense_ends(text: str) -> None:
    with pytest.raises(SettingError, match="^--scenario: "):
        read_settings([f"--scenario={text}"], {})


def test_an_order_of_the_command_line_is_taken_apart() -> None:
    order = parse_order("callback-foreign-asset:ast_1@callback")
    assert (order.scenario.name, order.word) == (Name.CALLBACK_FOREIGN_ASSET, "ast_1")
    assert parse_order("newest-omitted").argument == 1
    assert parse_order("too-many-requests:7@create+upload").calls == {Call.CREATE, Call.UPLOAD}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "nonsense"}, "name must be one of"),
        ({"name": None}, "name must be one of"),
        ({"name": ["server-error"]}, "name must be one of"),
        ({"argument": 1}, "takes no argument"),
        ({"name": "slow-answer", "argument": -1}, "must be a number"),
        ({"name": "slow-answer", "argument": 10**400}, "must be a number"),
        ({"name": "slow-answer", "argument": "nan"}, "must be a number"),
        ({"name": "slow-answer", "argument": {}}, "must be a number"),
        ({"name": "unknown-status", "argument": ""}, "must be a word"),
        ({"name": "unknown-status", "argument": 5}, "must be a word"),
        ({"on": "callback"}, "can apply to"),
        ({"on": []}, "can apply to"),
        ({"on": [[]]}, "can apply to"),
        ({"on": ["create", "create"]}, "each named once"),
        ({"times": 0}, "times must be"),
        ({"times": True}, "times must be"),
        ({"times": 1.5}, "times must be"),
        ({"time": 1}, "the body must be an object of"),
    ],
)
def test_a_wrong_wish_is_refused_in_words_and_switches_nothing_on(
    naughty: Misbehaving, wrong: dict[str, Any], says: str
) -> None:
    answer = naughty.post("/sandbox/scenarios", {"name": "server-error"} | wrong)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]
    assert naughty.still_on() == []


def test_a_list_is_no_wish(naughty: Misbehaving) -> None:
    assert naughty.post("/sandbox/scenarios", ["server-error"]).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_scenarios_need_the_key(naughty: Misbehaving, method: str) -> None:
    stranger = Client(naughty.sandbox, "panjaya-wrong")
    assert stranger.request(method, "/sandbox/scenarios").status_code == 401


def test_orders_refuse_what_only_code_could_send() -> None:
    with pytest.raises(ScenarioError):
        make_order(object())
