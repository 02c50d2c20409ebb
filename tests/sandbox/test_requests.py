"""What is answered at once: who may ask, what is refused by its form, what is found."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media import make_srt
from tests.sandbox.client import Client, new_asset
from tests.sandbox_process import SandboxHandle, run_sandbox

URL = "http://127.0.0.1:1/video.mp4"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer panjaya-wrong"},
        {"Authorization": "panjaya-sandbox"},
        {"Authorization": "Basic panjaya-sandbox"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/assets/", "/v1/versions/x", "/v1/x", "/sandbox/ledger"])
def test_without_a_key_everything_is_401(sandbox: SandboxHandle, headers, path) -> None:
    answer = httpx.get(sandbox.url + path, headers=headers)
    assert answer.status_code == 401
    assert isinstance(answer.json()["detail"], str)


def test_several_keys_can_be_known(tmp_path: Path) -> None:
    with run_sandbox(tmp_path, env={"SANDBOX_KEYS": "panjaya-a, panjaya-b"}) as handle:
        assert Client(handle, "panjaya-b").get("/v1/assets/")["total"] == 0
        assert Client(handle, "panjaya-sandbox").request("GET", "/v1/assets/").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/assets/none"),
        ("POST", "/v1/assets/none/languages"),
        ("GET", "/v1/versions/none"),
        ("PATCH", "/v1/versions/none/revise"),
        ("POST", "/v1/versions/none/studio_url"),
        ("POST", "/v1/versions/none/generate"),
        ("POST", "/v1/versions/none/duplicate"),
        ("GET", "/v1/nothing"),
    ],
)
def test_what_does_not_exist_is_404(client: Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)


def test_a_wrong_method_is_405(client: Client) -> None:
    assert client.request("DELETE", "/v1/assets/").status_code == 405


def spanish(**changes: Any) -> dict[str, Any]:
    return new_asset(media_url=URL, **changes)


BAD: list[tuple[str, Any]] = [
    ("object", []),
    ("media_url", new_asset()),
    ("media_url", new_asset(media_url="ftp://example.com/v.mp4")),
    ("media_url", new_asset(media_url="http://")),
    ("media_url", new_asset(media_url="http://[")),
    ("media_url", new_asset(media_url="http://example.com/" + "a" * 5000)),
    ("media_url", new_asset(media_url=7)),
    ("locale", spanish(locale=None)),
    ("locale", spanish(locale="en")),
    ("locale", spanish(locale=["en-US"])),
    ("languages", spanish(languages=[])),
    ("languages", spanish(languages="es-ES")),
    ("languages[0]", spanish(languages=["es-ES"])),
    ("languages[0].locale", spanish(languages=[{}])),
    ("languages[0].locale", spanish(languages=[{"locale": "xx-XX"}])),
    ("languages[0].locale", spanish(languages=[{"locale": "he-IL"}])),
    ("languages[0].locale", spanish(languages=[{"locale": "en-US"}])),
    ("languages[0].locale", spanish(languages=[{"locale": ["es-ES"]}])),
    ("languages[1].locale", spanish(languages=[{"locale": "es-ES"}, {"locale": "es-ES"}])),
    ("languages[0].srt", spanish(languages=[{"locale": "es-ES", "srt": "no times"}])),
    ("languages[0].srt", spanish(languages=[{"locale": "es-ES", "srt": ""}])),
    ("languages[0].srt", spanish(languages=[{"locale": "es-ES", "srt": 5}])),
    ("ends before", spanish(languages=[{"locale": "es-ES", "srt": make_srt((2, 1, "x"))}])),
    ("start_time", spanish(start_time=-1)),
    ("start_time", spanish(start_time="1")),
    ("start_time", spanish(start_time=True)),
    ("start_time", spanish(start_time=math.nan)),
    ("end_time", spanish(start_time=5, end_time=5)),
    ("end_time", spanish(end_time=0)),
    ("end_time", spanish(end_time=math.inf)),
    ("speakers_count", spanish(speakers_count=0)),
    ("speakers_count", spanish(speakers_count=1.5)),
    ("speakers_count", spanish(speakers_count=True)),
    ("callback_url", spanish(callback_url="not a url")),
    ("lips_model", spanish(lips_model="best")),
    ("lips_model", spanish(lips_model={})),
    ("background_audio_url", spanish(background_audio_url="file:///etc/passwd")),
    ("name", spanish(name="x" * 2000)),
]


@pytest.mark.parametrize(("says", "body"), BAD)
def test_bad_input_is_400_and_names_the_place(client: Client, says: str, body: object) -> None:
    before = client.get("/v1/assets/")["total"]
    answer = client.request("POST", "/v1/assets/", content=json.dumps(body))
    assert answer.status_code == 400
    assert says in answer.json()["detail"]
    assert client.get("/v1/assets/")["total"] == before


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_broken_json_is_400(client: Client, content: bytes) -> None:
    assert client.request("POST", "/v1/assets/", content=content).status_code == 400


def test_a_new_asset_echoes_what_was_sent(client: Client) -> None:
    sent = spanish(speakers_count=2, start_time=1, end_time=2.5, lips_model="fast", name="A")
    answer = client.post("/v1/assets", sent)
    assert answer.status_code == 201
    asset = answer.json()
    for name in ("locale", "speakers_count", "start_time", "end_time", "lips_model", "name"):
        assert asset[name] == sent[name]
    assert asset["status"] == "Processing"
    [dubbing] = asset["dubbings"]
    assert dubbing["locale"] == "es-ES"
    assert [v["status"] for v in dubbing["versions"]] == ["NotReady"]


def test_the_list_pages_newest_first_and_shows_no_versions(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as handle:
        client = Client(handle)
        ids = [client.post("/v1/assets/", spanish()).json()["id"] for _ in range(5)]
        first = client.get("/v1/assets/?page=1&page_size=2")
        third = client.get("/v1/assets?page=3&page_size=2")
        assert [item["id"] for item in first["items"]] == ids[:2:-1]
        assert [item["id"] for item in third["items"]] == ids[:1]
        assert (first["total"], first["page"], first["page_size"]) == (5, 1, 2)
        assert "versions" not in first["items"][0]["dubbings"][0]
        assert client.get("/v1/assets/?page=9")["items"] == []


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=0", "page_size=101", "page=²"])
def test_a_page_that_cannot_be_is_400(client: Client, query: str) -> None:
    assert client.request("GET", f"/v1/assets/?{query}").status_code == 400


def test_the_accounts_limit_of_assets_is_403(tmp_path: Path) -> None:
    with run_sandbox(tmp_path, env={"SANDBOX_MAX_ASSETS": "1"}) as handle:
        client = Client(handle)
        assert client.post("/v1/assets/", spanish()).status_code == 201
        refused = client.post("/v1/assets/", spanish())
        assert refused.status_code == 403
        assert "limit" in refused.json()["detail"]


def test_languages_are_added_once_and_dubbed(client: Client, talking: Path) -> None:
    asset = client.upload(talking, new_asset("es-ES")).json()
    client.settled_asset(asset["id"])
    path = f"/v1/assets/{asset['id']}/languages/"
    answer = client.post(path, {"languages": [{"locale": "de-DE"}, {"locale": "fr-FR"}]})
    assert [d["locale"] for d in answer.json()["dubbings"]] == ["es-ES", "de-DE", "fr-FR"]
    settled = client.settled_asset(asset["id"])
    words = [v["status"] for d in settled["dubbings"] for v in d["versions"]]
    assert words == ["ReadyToEdit"] * 3
    again = client.post(path, {"languages": [{"locale": "de-DE"}]})
    assert again.status_code == 400
    source = client.post(path, {"languages": [{"locale": "en-US"}]})
    assert source.status_code == 400


def test_languages_cannot_be_added_to_a_failed_asset(client: Client) -> None:
    asset = client.post("/v1/assets/", spanish()).json()
    assert client.settled_asset(asset["id"])["status"] == "Failed"
    path = f"/v1/assets/{asset['id']}/languages"
    assert client.post(path, {"languages": [{"locale": "de-DE"}]}).status_code == 400


def test_the_ledger_lists_paid_actions_in_order(tmp_path: Path, talking: Path) -> None:
    with run_sandbox(tmp_path) as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset("es-ES")).json()
        client.settled_asset(asset["id"])
        client.post(f"/v1/assets/{asset['id']}/languages", {"languages": [{"locale": "de-DE"}]})
        client.settled_asset(asset["id"])
        version_id = asset["dubbings"][0]["versions"][0]["id"]
        client.post(f"/v1/versions/{version_id}/generate")
        client.post(f"/v1/versions/{version_id}/generate")
        client.post("/v1/assets/", spanish())
        client.post("/v1/assets/", {})
        entries = client.get("/sandbox/ledger")["entries"]
        assert [e["action"] for e in entries] == ["upload", "languages", "generate", "create"]
        assert entries[1]["locales"] == ["de-DE"]
        assert entries[2]["version_id"] == version_id
        assert {e["asset_id"] for e in entries[:3]} == {asset["id"]}


def test_health_needs_no_key(sandbox: SandboxHandle) -> None:
    assert httpx.get(f"{sandbox.url}/sandbox/health").json() == {"ok": True}
    assert httpx.head(f"{sandbox.url}/sandbox/health/").status_code == 200
