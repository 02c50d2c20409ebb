"""Each scenario that meets a callback, as its receiver sees it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.sandbox.client import Json, new_asset
from tests.sandbox.loopback import Callback, Loopback, wait_for
from tests.sandbox.misbehaving import Misbehaving
from tests.sandbox.signatures import verify
from tests.sandbox_process import run_sandbox

NOWHERE = "http://127.0.0.1:1/video.mp4"


def fail_an_asset(naughty: Misbehaving, loopback: Loopback) -> str:
    """One asset, which owes one callback."""
    body = new_asset(media_url=NOWHERE, callback_url=f"{loopback.url}/cb")
    asset_id: str = naughty.post("/v1/assets/", body).json()["id"]
    return asset_id


def fail_two_versions(naughty: Misbehaving, talking: Path, loopback: Loopback) -> None:
    """One asset, which owes a callback for es-ES and right behind it one for de-DE."""
    languages = [{"locale": code, "srt": f"{loopback.url}/none.srt"} for code in ("es-ES", "de-DE")]
    body = {"locale": "en-US", "languages": languages, "callback_url": f"{loopback.url}/cb"}
    assert naughty.upload(talking, body).status_code == 201


def received(loopback: Loopback, count: int) -> list[Callback]:
    wait_for(lambda: len(loopback.callbacks) >= count)
    return list(loopback.callbacks)


def change(data: Path, statement: str, *values: str) -> None:
    """To the store of a sandbox that does not run."""
    with closing(sqlite3.connect(data / "sandbox.sqlite3")) as database, database:
        database.execute(statement, values)


def locales(loopback: Loopback, count: int) -> list[str]:
    return [callback.data["version_locale"] for callback in received(loopback, count)]


def test_a_dropped_callback_never_comes_and_the_next_one_does(
    naughty: Misbehaving, talking: Path, loopback: Loopback
) -> None:
    naughty.switch_on("callback-dropped")
    fail_two_versions(naughty, talking, loopback)
    assert locales(loopback, 1) == ["de-DE"]
    assert naughty.still_on() == []


def test_a_doubled_callback_comes_twice_with_one_body(
    naughty: Misbehaving, loopback: Loopback
) -> None:
    naughty.switch_on("callback-doubled")
    fail_an_asset(naughty, loopback)
    first, second = received(loopback, 2)
    assert first.body == second.body
    for callback in (first, second):
        verify(naughty.sandbox, callback)


def test_two_callbacks_can_change_places(
    naughty: Misbehaving, talking: Path, loopback: Loopback
) -> None:
    naughty.switch_on("callback-reordered", argument=60)
    fail_two_versions(naughty, talking, loopback)
    assert locales(loopback, 2) == ["de-DE", "es-ES"]


def test_a_callback_that_waits_for_another_in_vain_goes_alone(
    naughty: Misbehaving, loopback: Loopback
) -> None:
    naughty.switch_on("callback-reordered", argument=0.2)
    asset_id = fail_an_asset(naughty, loopback)
    [callback] = received(loopback, 1)
    assert callback.data["asset_id"] == asset_id


def test_a_delayed_callback_is_late_and_overtaken(
    naughty: Misbehaving, talking: Path, loopback: Loopback
) -> None:
    naughty.switch_on("callback-delayed", argument=0.8)
    began = time.monotonic()
    fail_two_versions(naughty, talking, loopback)
    assert locales(loopback, 2) == ["de-DE", "es-ES"]
    assert time.monotonic() - began >= 0.8


@pytest.mark.parametrize("name", ["callback-delayed:3600", "callback-reordered:3600"])
def test_a_callback_that_waits_outlives_a_restart(
    tmp_path: Path, loopback: Loopback, name: str
) -> None:
    data = tmp_path / "data"
    with run_sandbox(data, arguments=("--scenario", name)) as handle:
        asset_id = fail_an_asset(Misbehaving(handle), loopback)
        Misbehaving(handle).settled_asset(asset_id)
    assert loopback.callbacks == []
    change(data, "UPDATE deliveries SET due_at = 0")
    with run_sandbox(data):
        assert received(loopback, 1)[0].data["asset_id"] == asset_id


def test_a_badly_signed_callback_is_well_formed_and_wrong(
    naughty: Misbehaving, loopback: Loopback
) -> None:
    naughty.switch_on("callback-badly-signed")
    asset_id = fail_an_asset(naughty, loopback)
    [callback] = received(loopback, 1)
    assert callback.data["asset_id"] == asset_id
    decode_dss_signature(bytes.fromhex(callback.headers["X-Signature"]))
    with pytest.raises(InvalidSignature):
        verify(naughty.sandbox, callback)


def test_the_twin_signature_follows_its_genuine_one_and_is_valid(
    naughty: Misbehaving, loopback: Loopback
) -> None:
    naughty.switch_on("callback-twin-signature")
    fail_an_asset(naughty, loopback)
    genuine, twin = received(loopback, 2)
    assert genuine.body == twin.body
    for callback in (genuine, twin):
        verify(naughty.sandbox, callback)
    numbers = [
        decode_dss_signature(bytes.fromhex(callback.headers["X-Signature"]))
        for callback in (genuine, twin)
    ]
    assert numbers[0][0] == numbers[1][0]
    assert numbers[0][1] != numbers[1][1]


def test_a_callback_can_name_another_asset_under_a_right_signature(
    naughty: Misbehaving, loopback: Loopback
) -> None:
    other_id = fail_an_asset(naughty, loopback)
    received(loopback, 1)
    naughty.switch_on("callback-foreign-asset")
    naughty.switch_on("callback-foreign-asset", argument="ast_of_somebody")
    fail_an_asset(naughty, loopback)
    named_itself = received(loopback, 2)[1]
    fail_an_asset(naughty, loopback)
    named_by_us = received(loopback, 3)[2]
    assert named_itself.data["asset_id"] == other_id
    assert named_by_us.data["asset_id"] == "ast_of_somebody"
    for callback in (named_itself, named_by_us):
        verify(naughty.sandbox, callback)


def test_the_only_asset_is_confused_with_one_that_does_not_exist(
    tmp_path: Path, loopback: Loopback
) -> None:
    foreign = ("--scenario", "callback-foreign-asset")
    with run_sandbox(tmp_path / "data", arguments=foreign) as handle:
        asset_id = fail_an_asset(Misbehaving(handle), loopback)
        named = received(loopback, 1)[0].data["asset_id"]
    assert named.startswith("ast_")
    assert named != asset_id


@pytest.mark.parametrize("word", [None, "asset_polished"])
def test_a_callback_can_tell_an_unknown_event(
    naughty: Misbehaving, loopback: Loopback, word: str | None
) -> None:
    naughty.switch_on("callback-unknown-event", argument=word)
    fail_an_asset(naughty, loopback)
    [callback] = received(loopback, 1)
    assert callback.data["event"] == (word or "version_proofread")
    verify(naughty.sandbox, callback)


def test_an_asset_without_a_callback_address_uses_nothing_up(naughty: Misbehaving) -> None:
    naughty.switch_on("callback-dropped")
    asset: Json = naughty.post("/v1/assets/", new_asset(media_url=NOWHERE)).json()
    naughty.settled_asset(asset["id"])
    assert naughty.still_on() == ["callback-dropped"]


def test_a_data_folder_of_an_earlier_day_is_taken_over(tmp_path: Path, loopback: Loopback) -> None:
    data = tmp_path / "data"
    with run_sandbox(data):
        pass
    change(data, "ALTER TABLE deliveries DROP COLUMN signing")
    change(
        data,
        "INSERT INTO deliveries (asset_id, url, body, state, due_at) "
        "VALUES ('ast_1', ?, '{}', 'pending', 0)",
        f"{loopback.url}/cb",
    )
    with run_sandbox(data) as handle:
        verify(handle, received(loopback, 1)[0])
