from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.sandbox.client import Client, new_asset
from tests.sandbox.loopback import Loopback, wait_for
from tests.sandbox.signatures import verify
from tests.sandbox_process import SandboxHandle, run_sandbox

URL = "http://127.0.0.1:1/video.mp4"


def test_a_dubbing_is_told_step_by_step_and_signed(
    client: Client, sandbox: SandboxHandle, talking: Path, loopback: Loopback
) -> None:
    asset = client.upload(talking, new_asset(callback_url=f"{loopback.url}/cb/token")).json()
    client.settled_asset(asset["id"])
    version_id = asset["dubbings"][0]["versions"][0]["id"]
    client.post(f"/v1/versions/{version_id}/generate")
    expected = ["version_ready", "version_generating", "version_generated"]
    wait_for(lambda: loopback.events("/cb/token") == expected)
    for callback in loopback.callbacks:
        assert callback.headers["X-Signature-Algorithm"] == "ES256"
        verify(sandbox, callback)
        assert callback.data | {"event": ""} == {
            "event": "",
            "asset_id": asset["id"],
            "version_id": version_id,
            "version_locale": "es-ES",
        }


def test_a_failed_asset_is_told_without_a_version(client: Client, loopback: Loopback) -> None:
    body = new_asset(media_url=URL, callback_url=f"{loopback.url}/cb")
    asset = client.post("/v1/assets/", body).json()
    [callback] = wait_for(lambda: list(loopback.callbacks))
    assert callback.data == {
        "event": "asset_failed",
        "asset_id": asset["id"],
        "version_id": None,
        "version_locale": None,
    }


def test_failed_versions_are_told(
    client: Client, sandbox: SandboxHandle, talking: Path, loopback: Loopback
) -> None:
    languages = [{"locale": "es-ES", "srt": f"{loopback.url}/missing.srt"}]
    body = {"locale": "en-US", "languages": languages, "callback_url": f"{loopback.url}/cb"}
    client.upload(talking, body)
    wait_for(lambda: loopback.events("/cb") == ["version_failed"])


def test_a_film_that_fails_is_told(tmp_path: Path, talking: Path, loopback: Loopback) -> None:
    with run_sandbox(tmp_path / "data") as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset(callback_url=f"{loopback.url}/cb")).json()
        client.settled_asset(asset["id"])
        for stored in (tmp_path / "data" / "media").iterdir():
            stored.unlink()
        client.post(f"/v1/versions/{asset['dubbings'][0]['versions'][0]['id']}/generate")
        expected = ["version_ready", "version_generating", "version_generate_failed"]
        wait_for(lambda: loopback.events("/cb") == expected)


@pytest.mark.parametrize(
    ("form", "length"), [("hex-raw", 128), ("base64-raw", 88), ("base64-der", None)]
)
def test_other_signature_forms_can_be_set(
    tmp_path: Path, loopback: Loopback, form: str, length: int | None
) -> None:
    with run_sandbox(tmp_path / "data", env={"SANDBOX_SIGNATURE": form}) as handle:
        body = new_asset(media_url=URL, callback_url=f"{loopback.url}/cb")
        Client(handle).post("/v1/assets/", body)
        [callback] = wait_for(lambda: list(loopback.callbacks))
        text = callback.headers["X-Signature"]
        raw = bytes.fromhex(text) if form.startswith("hex") else base64.b64decode(text)
        if form.endswith("raw"):
            assert len(text) == length
            numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
            raw = encode_dss_signature(*numbers)
        verify(handle, callback, raw)


def test_a_receiver_that_fails_is_asked_again(client: Client, loopback: Loopback) -> None:
    loopback.refusals += [500, 0]
    body = new_asset(media_url=URL, callback_url=f"{loopback.url}/cb")
    client.post("/v1/assets/", body)
    wait_for(lambda: loopback.events("/cb") == ["asset_failed"])
    assert loopback.refusals == []


def test_a_receiver_that_refuses_is_not_asked_again(
    client: Client, talking: Path, loopback: Loopback
) -> None:
    loopback.refusals += [404]
    asset = client.upload(talking, new_asset(callback_url=f"{loopback.url}/cb")).json()
    client.settled_asset(asset["id"])
    client.post(f"/v1/versions/{asset['dubbings'][0]['versions'][0]['id']}/generate")
    expected = ["version_generating", "version_generated"]
    wait_for(lambda: loopback.events("/cb") == expected)


def test_the_private_key_is_its_owners_alone(sandbox: SandboxHandle) -> None:
    for name in ("callback-key.pem", "link-key"):
        assert (sandbox.data_dir / name).stat().st_mode & 0o777 == 0o600
