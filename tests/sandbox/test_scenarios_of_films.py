"""Films that do not come as they should."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.sandbox.client import Json, new_asset
from tests.sandbox.misbehaving import Misbehaving


@pytest.fixture(scope="module")
def film(private_sandbox, talking: Path) -> Json:
    return Misbehaving(private_sandbox).dubbed(talking, new_asset(end_time=1.0))[0]


def test_a_film_can_end_half_way_to_its_announced_length(naughty: Misbehaving, film: Json) -> None:
    whole = httpx.get(film["result_url"]).content
    naughty.switch_on("film-cut-short")
    received = b""
    with (
        httpx.stream("GET", film["result_url"]) as answer,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        for piece in answer.iter_raw():
            received += piece
    assert int(answer.headers["content-length"]) == len(whole)
    assert received == whole[: len(whole) // 2]
    rest = httpx.get(film["result_url"], headers={"Range": f"bytes={len(received)}-"})
    assert received + rest.content == whole


def test_a_film_can_be_half_a_file_that_looks_whole(naughty: Misbehaving, film: Json) -> None:
    whole = httpx.get(film["result_url"]).content
    half = len(whole) // 2
    naughty.switch_on("film-truncated", times=2)
    answer = httpx.get(film["result_url"])
    assert (answer.status_code, answer.content) == (200, whole[:half])
    assert int(answer.headers["content-length"]) == half
    beyond = httpx.get(film["result_url"], headers={"Range": f"bytes={half}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{half}")
    assert httpx.get(film["result_url"]).content == whole


def test_the_link_to_a_film_can_have_lapsed_on_arrival(naughty: Misbehaving, film: Json) -> None:
    naughty.switch_on("expired-links")
    lapsed = naughty.get(f"/v1/versions/{film['id']}")["result_url"]
    fresh = naughty.get(f"/v1/versions/{film['id']}")["result_url"]
    assert [httpx.get(url).status_code for url in (lapsed, fresh)] == [403, 200]


@pytest.mark.parametrize(("name", "status"), [("server-error", 500), ("unavailable", 503)])
def test_a_film_can_be_refused(naughty: Misbehaving, film: Json, name: str, status: int) -> None:
    naughty.switch_on(name, on="film")
    assert naughty.get(f"/v1/versions/{film['id']}")["status"] == "Completed"
    assert httpx.get(film["result_url"]).status_code == status


def test_a_film_can_be_lost_altogether(naughty: Misbehaving, film: Json) -> None:
    naughty.switch_on("lost-answer", on="film")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(film["result_url"])
