"""The other guess at the API: other names, flat versions, offsets, lists of errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.client import Client
from tests.sandbox.loopback import Loopback, wait_for
from tests.sandbox_process import run_sandbox


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    data = tmp_path_factory.mktemp("second")
    with run_sandbox(data, arguments=("--dialect", "second")) as handle:
        yield Client(handle)


def test_bad_input_is_a_422_with_a_list_of_places(second: Client) -> None:
    answer = second.post("/v1/assets/", {"media_url": "http://x/", "locale": "en-US"})
    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert problem["loc"] == ["body", "source_url"]
    assert problem["msg"] == "is required"


def test_a_video_is_dubbed_through_the_studio(
    second: Client, talking: Path, loopback: Loopback
) -> None:
    payload = {
        "source_locale": "en-US",
        "title": "Other words",
        "trim_end": 1.0,
        "lip_sync_model": "LIPS_TURBO",
        "target_languages": [{"target_locale": "es-ES"}],
        "callback_url": f"{loopback.url}/cb",
    }
    created = second.request(
        "POST",
        "/v1/assets/upload",
        data={"payload": json.dumps(payload)},
        files={"video": ("v.mp4", talking.read_bytes())},
    )
    assert created.status_code == 200
    asset = created.json()
    assert asset["languages"] == [
        {"dubbing_id": asset["versions"][0]["dubbing_id"], "target_locale": "es-ES"}
    ]
    version_id = asset["versions"][0]["version_id"]
    path = f"/v1/versions/{version_id}"
    wait_for(lambda: second.get(path)["status"] == "READY_TO_EDIT")
    assert second.post(f"{path}/generate").status_code == 404
    studio = second.post(f"{path}/studio_url", {"ttl_seconds": 60}).json()["studio_url"]
    base, _, token = studio.partition("?token=")
    pressed = second.request(
        "POST", base.removeprefix(second.sandbox.url) + "/generate", data={"token": token}
    )
    assert pressed.status_code == 303
    finished = wait_for(lambda: (v := second.get(path))["status"] == "COMPLETED" and v)
    assert finished["download_url"]
    wait_for(lambda: len(loopback.callbacks) == 3)
    assert loopback.callbacks[0].data["locale"] == "es-ES"
    listed = second.get("/v1/assets/?limit=5&offset=0")
    assert listed["count"] >= 1
    assert set(listed["results"][0]) == {"asset_id", "status", "failure", "languages"}


def test_failures_have_other_words(second: Client) -> None:
    body = {
        "source_url": "http://127.0.0.1:1/v.mp4",
        "source_locale": "en-US",
        "target_languages": [{"target_locale": "es-ES"}],
    }
    asset_id = second.post("/v1/assets/", body).json()["asset_id"]
    path = f"/v1/assets/{asset_id}"
    failed = wait_for(lambda: (a := second.get(path))["status"] == "FAILED" and a)
    assert failed["failure"]["error_code"] == "invalid_input"
