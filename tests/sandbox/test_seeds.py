"""A past that the sandbox never had, for demonstrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.client import Client, Json


def seed(number: int, **changes: Any) -> Json:
    version = {
        "id": f"seed_ver_{number}",
        "dubbing_id": f"seed_dub_{number}",
        "locale": "de-DE",
        "status": "ReadyToEdit",
    }
    asset = {"id": f"seed_ast_{number}", "name": "Fog", "locale": "en-US", "status": "Ready"}
    return {**asset, "versions": [version | changes.pop("version", {})]} | changes


@pytest.fixture
def seeded(client: Client) -> Iterator[Client]:
    yield client
    client.request("DELETE", "/sandbox/seeds")


def plant(client: Client, *seeds: Json) -> httpx.Response:
    return client.post("/sandbox/seeds", {"assets": list(seeds)})


def test_a_seeded_asset_answers_like_any_other(seeded: Client) -> None:
    paid = seeded.get("/sandbox/ledger")
    assert plant(seeded, seed(1)).json() == {"added": 1}
    asset = seeded.get("/v1/assets/seed_ast_1")
    assert (asset["status"], asset["name"], asset["duration"]) == ("Ready", "Fog", 14.0)
    assert asset["dubbings"][0]["versions"][0]["status"] == "ReadyToEdit"
    assert seeded.get("/sandbox/ledger") == paid


def test_a_repeat_leaves_what_has_become_of_it(seeded: Client) -> None:
    plant(seeded, seed(1))
    assert seeded.post("/v1/versions/seed_ver_1/generate").status_code == 200
    assert plant(seeded, seed(1), seed(2)).json() == {"added": 1}
    assert seeded.version_in("seed_ver_1", "Completed")["result_url"]


def test_a_finished_one_has_its_film_and_a_failed_one_its_reason(seeded: Client) -> None:
    failure = {"status": "Failed", "code": "NeverHeardOf", "message": "the voice was lost"}
    plant(seeded, seed(1, version={"status": "Completed"}), seed(2, version=failure))
    film = seeded.get("/v1/versions/seed_ver_1")["result_url"]
    assert httpx.get(film).headers["content-type"] == "video/mp4"
    told = seeded.get("/v1/versions/seed_ver_2")["error"]
    assert told == {"code": "GenerationFailed", "message": "the voice was lost"}


def test_one_that_moves_goes_on_by_itself(seeded: Client) -> None:
    preparing = {"status": "NotReady"}
    plant(seeded, seed(1, version=preparing | {"moves_after": 0}), seed(2, version=preparing))
    assert seeded.version_in("seed_ver_1", "ReadyToEdit")
    assert seeded.get("/v1/versions/seed_ver_2")["status"] == "NotReady"


def test_removal_takes_seeds_only(seeded: Client) -> None:
    before = seeded.get("/v1/assets/")["total"]
    plant(seeded, seed(1), seed(2))
    assert seeded.request("DELETE", "/sandbox/seeds").json() == {"removed": 2}
    assert seeded.request("GET", "/v1/versions/seed_ver_1").status_code == 404
    assert seeded.get("/v1/assets/")["total"] == before


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"assets": {}},
        {"assets": [1]},
        {"assets": [{}]},
        {"assets": [seed(1, id="ast_1")]},
        {"assets": [seed(1, status="Sleeping")]},
        {"assets": [seed(1, versions=7)]},
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(seeded: Client, body: object) -> None:
    assert seeded.post("/sandbox/seeds", body).status_code == 400
    assert seeded.request("GET", "/v1/assets/seed_ast_1").status_code == 404


def test_seeding_needs_the_key(client: Client) -> None:
    stranger = Client(client.sandbox, key="wrong")
    assert plant(stranger, seed(1)).status_code == 401
    assert stranger.request("DELETE", "/sandbox/seeds").status_code == 401
