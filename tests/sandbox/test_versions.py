from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.media import make_srt, run_ffmpeg
from tests.sandbox.client import Client, Json, new_asset
from tests.sandbox.loopback import Loopback
from tests.sandbox_process import run_sandbox


@pytest.fixture
def version(client: Client, talking: Path) -> Json:
    """A version that is ready to be edited."""
    asset = client.upload(talking, new_asset(end_time=1.5)).json()
    settled = client.settled_asset(asset["id"])
    return client.get(f"/v1/versions/{settled['dubbings'][0]['versions'][0]['id']}")


def completed(client: Client, version: Json) -> Json:
    assert client.post(f"/v1/versions/{version['id']}/generate").status_code == 200
    return client.version_in(version["id"], "Completed")


def test_a_version_goes_from_editing_to_a_film(client: Client, version: Json) -> None:
    assert version["status"] == "ReadyToEdit"
    assert version["result_url"] is None
    answer = client.post(f"/v1/versions/{version['id']}/generate", {"lips_model": "fast"})
    assert answer.json()["status"] == "Generating"
    finished = client.version_in(version["id"], "Completed")
    assert httpx.get(finished["result_url"]).headers["content-type"] == "video/mp4"
    assert {k: finished[k] for k in ("asset_id", "dubbing_id", "locale", "error")} == {
        "asset_id": version["asset_id"],
        "dubbing_id": version["dubbing_id"],
        "locale": "es-ES",
        "error": None,
    }


def test_only_a_version_open_for_editing_is_generated(client: Client, version: Json) -> None:
    completed(client, version)
    again = client.post(f"/v1/versions/{version['id']}/generate")
    assert again.status_code == 400
    assert "Completed" in again.json()["detail"]


def test_an_unknown_lips_model_is_refused_at_generation(client: Client, version: Json) -> None:
    answer = client.post(f"/v1/versions/{version['id']}/generate", {"lips_model": "x"})
    assert answer.status_code == 400
    assert client.get(f"/v1/versions/{version['id']}")["status"] == "ReadyToEdit"


def test_revise_removes_the_film_for_good_and_a_new_one_can_be_made(
    client: Client, version: Json
) -> None:
    first = completed(client, version)
    path = f"/v1/versions/{version['id']}/revise"
    revised = client.request("PATCH", path, json={}).json()
    assert (revised["status"], revised["result_url"]) == ("ReadyToEdit", None)
    assert revised["studio_url"] is None
    assert httpx.get(first["result_url"]).status_code == 404
    assert client.request("PATCH", path).json()["status"] == "ReadyToEdit"
    second = completed(client, version)
    assert httpx.get(second["result_url"]).status_code == 200
    assert httpx.get(first["result_url"]).status_code == 404


def test_revise_answers_a_signed_link_when_asked(client: Client, version: Json) -> None:
    path = f"/v1/versions/{version['id']}/revise"
    body = {"studio_url_request": {"expires_in": 60}}
    link = client.request("PATCH", path, json=body).json()["studio_url"]
    assert httpx.get(link).status_code == 200
    wrong = client.request("PATCH", path, json={"studio_url_request": "yes"})
    assert wrong.status_code == 400


def test_a_version_not_ready_is_neither_revised_nor_duplicated(
    tmp_path: Path, talking: Path
) -> None:
    with run_sandbox(tmp_path, pace=100) as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset()).json()
        version_id = asset["dubbings"][0]["versions"][0]["id"]
        revise = client.request("PATCH", f"/v1/versions/{version_id}/revise")
        copy = client.post(f"/v1/versions/{version_id}/duplicate")
        assert (revise.status_code, copy.status_code) == (400, 400)


def test_a_duplicate_is_another_version_of_the_same_dubbing(client: Client, version: Json) -> None:
    completed(client, version)
    copy = client.post(f"/v1/versions/{version['id']}/duplicate")
    assert copy.status_code == 201
    assert copy.json()["dubbing_id"] == version["dubbing_id"]
    client.version_in(copy.json()["id"], "ReadyToEdit")
    asset = client.get(f"/v1/assets/{version['asset_id']}")
    words = [v["status"] for v in asset["dubbings"][0]["versions"]]
    assert words == ["Completed", "ReadyToEdit"]


def test_an_srt_behind_a_link_is_read_and_a_missing_one_fails_the_version(
    client: Client, talking: Path, loopback: Loopback
) -> None:
    (loopback.folder / "es.srt").write_text(make_srt((0.2, 1.2, "Hola.")))
    (loopback.folder / "bad.srt").write_text("Hola.")
    (loopback.folder / "latin.srt").write_bytes(b"\xe1\xe9")
    links = {"es-ES": "es", "de-DE": "bad", "fr-FR": "missing", "it-IT": "latin"}
    languages = [
        {"locale": locale, "srt": f"{loopback.url}/{name}.srt"} for locale, name in links.items()
    ]
    asset = client.upload(talking, {"locale": "en-US", "languages": languages}).json()
    settled = client.settled_asset(asset["id"])
    versions = [client.get(f"/v1/versions/{d['versions'][0]['id']}") for d in settled["dubbings"]]
    assert [v["status"] for v in versions] == ["ReadyToEdit", "Failed", "Failed", "Failed"]
    assert "line 1" in versions[1]["error"]["message"]
    assert "404" in versions[2]["error"]["message"]
    assert completed(client, versions[0])["result_url"]


def test_a_film_that_cannot_be_made_fails_its_version_and_can_be_revised(
    tmp_path: Path, talking: Path, loopback: Loopback
) -> None:
    with run_sandbox(tmp_path / "data") as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset(callback_url=f"{loopback.url}/cb")).json()
        settled = client.settled_asset(asset["id"])
        version_id = settled["dubbings"][0]["versions"][0]["id"]
        for stored in (tmp_path / "data" / "media").iterdir():
            stored.write_bytes(b"the disk has lost it")
        client.post(f"/v1/versions/{version_id}/generate")
        failed = client.version_in(version_id, "Failed")
        assert failed["error"]["code"] == "GenerationFailed"
        revised = client.request("PATCH", f"/v1/versions/{version_id}/revise").json()
        assert (revised["status"], revised["error"]) == ("ReadyToEdit", None)


def test_background_and_media_can_both_come_by_link(
    client: Client, talking: Path, loopback: Loopback, tmp_path: Path
) -> None:
    (loopback.folder / "v.mp4").write_bytes(talking.read_bytes())
    run_ffmpeg("-i", str(talking), "-vn", str(loopback.folder / "b.wav"))
    body = new_asset(
        media_url=f"{loopback.url}/v.mp4", background_audio_url=f"{loopback.url}/b.wav"
    )
    asset = client.settled_asset(client.post("/v1/assets/", body).json()["id"])
    assert asset["status"] == "Ready"
    assert asset["duration"] == pytest.approx(3.0, abs=0.1)
