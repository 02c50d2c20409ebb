"""Each scenario that meets a request, over real HTTP, with the ledger as the witness."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.sandbox.client import new_asset
from tests.sandbox.loopback import wait_for
from tests.sandbox.misbehaving import Misbehaving

BODY = new_asset(media_url="http://127.0.0.1:1/video.mp4")


def paid_by(naughty: Misbehaving, status: int) -> list[str]:
    """Creates one asset and answers what that added to the ledger."""
    before = len(naughty.paid())
    assert naughty.post("/v1/assets/", BODY).status_code == status
    return naughty.paid()[before:]


def paid_by_broken(naughty: Misbehaving) -> list[str]:
    before = len(naughty.paid())
    with pytest.raises(httpx.RemoteProtocolError):
        naughty.post("/v1/assets/", BODY)
    return naughty.paid()[before:]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("server-error", 500),
        ("unavailable", 503),
        ("too-many-requests", 429),
        ("key-revoked", 401),
        ("limit-reached", 403),
    ],
)
def test_a_refused_request_is_not_carried_out(naughty: Misbehaving, name: str, status: int) -> None:
    naughty.switch_on(name)
    assert paid_by(naughty, status) == []
    assert paid_by(naughty, 201) == ["create"]


@pytest.mark.parametrize(("argument", "seconds"), [(None, "1"), (3, "3"), (1.2, "2")])
def test_a_429_says_how_long_to_wait(
    naughty: Misbehaving, argument: float | None, seconds: str
) -> None:
    naughty.switch_on("too-many-requests", argument=argument)
    answer = naughty.request("GET", "/v1/assets/")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, seconds)
    assert answer.json()["detail"]


def test_a_500_can_come_after_the_work(naughty: Misbehaving) -> None:
    naughty.switch_on("error-after-work")
    assert paid_by(naughty, 500) == ["create"]


def test_a_lost_answer_was_paid_for(naughty: Misbehaving) -> None:
    naughty.switch_on("lost-answer")
    assert paid_by_broken(naughty) == ["create"]


def test_a_lost_request_was_not(naughty: Misbehaving) -> None:
    naughty.switch_on("lost-request")
    assert paid_by_broken(naughty) == []


def test_the_answer_of_an_upload_can_be_lost_after_all_of_it_arrived(
    naughty: Misbehaving, talking: Path
) -> None:
    naughty.switch_on("lost-answer", on="upload")
    before = len(naughty.paid())
    with pytest.raises(httpx.RemoteProtocolError):
        naughty.upload(talking, new_asset())
    assert naughty.paid()[before:] == ["upload"]


def test_half_an_answer_announces_more_than_it_sends(naughty: Misbehaving) -> None:
    naughty.switch_on("half-answer")
    before = len(naughty.paid())
    url = f"{naughty.sandbox.url}/v1/assets/"
    with httpx.stream("POST", url, json=BODY, headers=naughty.headers) as answer:
        received = b""
        with pytest.raises(httpx.RemoteProtocolError):
            for piece in answer.iter_raw():
                received += piece
    assert answer.status_code == 201
    assert len(received) == int(answer.headers["content-length"]) // 2
    assert naughty.paid()[before:] == ["create"]


def test_a_slow_answer_comes_late_but_its_work_is_done_at_once(naughty: Misbehaving) -> None:
    naughty.switch_on("slow-answer", argument=0.3)
    began = time.monotonic()
    assert paid_by(naughty, 201) == ["create"]
    assert time.monotonic() - began >= 0.3
    naughty.switch_on("slow-answer", argument=30)
    before = len(naughty.paid())
    with pytest.raises(httpx.ReadTimeout):
        naughty.request("POST", "/v1/assets/", json=BODY, timeout=0.5)
    wait_for(lambda: naughty.paid()[before:] == ["create"])


def test_an_unknown_status_stands_wherever_a_status_stands(
    naughty: Misbehaving, talking: Path
) -> None:
    asset = naughty.settled_asset(naughty.upload(talking, new_asset()).json()["id"])
    naughty.switch_on("unknown-status")
    strange = naughty.get(f"/v1/assets/{asset['id']}")
    [dubbing] = strange["dubbings"]
    assert (strange["status"], dubbing["versions"][0]["status"]) == ("Archived", "Archived")
    naughty.switch_on("unknown-status", argument="Melting", on="list")
    version = naughty.get(f"/v1/versions/{dubbing['versions'][0]['id']}")
    assert version["status"] == "ReadyToEdit"
    listed = naughty.get("/v1/assets/")["items"]
    assert {item["status"] for item in listed} == {"Melting"}
    assert naughty.get(f"/v1/assets/{asset['id']}") == asset


def test_the_list_can_leave_out_the_newest(naughty: Misbehaving) -> None:
    for _ in range(3):
        naughty.post("/v1/assets/", BODY)
    whole = naughty.get("/v1/assets/")
    ids = [item["id"] for item in whole["items"]]
    naughty.switch_on("newest-omitted", times=2)
    first = naughty.get("/v1/assets/?page_size=1")
    second = naughty.get("/v1/assets/?page_size=1&page=2")
    assert [page["items"][0]["id"] for page in (first, second)] == ids[1:3]
    assert first["total"] == whole["total"] - 1
    naughty.switch_on("newest-omitted", argument=1000)
    assert naughty.get("/v1/assets/") == whole | {"items": [], "total": 0}
    assert naughty.get(f"/v1/assets/{ids[0]}")["id"] == ids[0]


def test_studio_links_can_have_lapsed_on_arrival(naughty: Misbehaving, talking: Path) -> None:
    asset = naughty.settled_asset(naughty.upload(talking, new_asset()).json()["id"])
    path = f"/v1/versions/{asset['dubbings'][0]['versions'][0]['id']}"
    naughty.switch_on("expired-links", times=2)
    lapsed = naughty.post(f"{path}/studio_url").json()["studio_url"]
    wish = {"studio_url_request": {"expires_in": 600}}
    also = naughty.request("PATCH", f"{path}/revise", json=wish).json()["studio_url"]
    good = naughty.post(f"{path}/studio_url").json()["studio_url"]
    assert [httpx.get(url).status_code for url in (lapsed, also, good)] == [403, 403, 200]


def test_calls_that_are_not_meant_use_nothing_up(naughty: Misbehaving) -> None:
    naughty.switch_on("server-error", on=["generate", "revise"])
    assert paid_by(naughty, 201) == ["create"]
    wrong = naughty.request("GET", "/v1/versions/ver_x", headers={"Authorization": "Bearer x"})
    assert wrong.status_code == 401
    assert naughty.still_on() == ["server-error"]
    assert naughty.post("/v1/versions/ver_x/generate").status_code == 500
    assert naughty.post("/v1/versions/ver_x/generate").status_code == 404
    assert naughty.still_on() == []


def test_counted_ones_go_in_turn_before_lasting_ones(naughty: Misbehaving) -> None:
    naughty.switch_on("unavailable", times=None)
    naughty.switch_on("too-many-requests", times=2)
    naughty.switch_on("server-error")
    statuses = [naughty.request("GET", "/v1/assets/").status_code for _ in range(5)]
    assert statuses == [429, 429, 500, 503, 503]
    assert naughty.still_on() == ["unavailable"]


def test_scenarios_of_different_aspects_meet_in_one_request(naughty: Misbehaving) -> None:
    naughty.post("/v1/assets/", BODY)
    naughty.switch_on("slow-answer", argument=0.2)
    naughty.switch_on("unknown-status")
    naughty.switch_on("newest-omitted", argument=0)
    began = time.monotonic()
    assert naughty.get("/v1/assets/?page_size=1")["items"][0]["status"] == "Archived"
    assert time.monotonic() - began >= 0.2
    assert naughty.still_on() == []


def test_the_sandbox_s_own_paths_never_misbehave(naughty: Misbehaving) -> None:
    naughty.switch_on("lost-request", times=None)
    assert naughty.get("/sandbox/health") == {"ok": True}
    assert naughty.still_on() == ["lost-request"]
