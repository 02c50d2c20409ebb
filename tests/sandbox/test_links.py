"""Films and the studio, by links that are signed and end."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from sandbox.keys import LinkKey
from sandbox.web.films import UnsatisfiableRangeError, read_range
from tests.sandbox.client import Client, Json, new_asset
from tests.sandbox.loopback import wait_for
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox


@pytest.fixture(scope="module")
def film(sandbox: SandboxHandle, talking: Path) -> Json:
    return Client(sandbox).dubbed(talking, new_asset(end_time=1.0, name="<b>Über</b>"))[0]


def test_a_film_comes_whole_or_in_ranges(film: Json) -> None:
    whole = httpx.get(film["result_url"])
    size = len(whole.content)
    assert whole.headers["content-length"] == str(size)
    assert whole.headers["accept-ranges"] == "bytes"
    part = httpx.get(film["result_url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    end = httpx.get(film["result_url"], headers={"Range": "bytes=-5"})
    assert (end.status_code, end.content) == (206, whole.content[-5:])
    beyond = httpx.get(film["result_url"], headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"
    head = httpx.head(film["result_url"])
    assert (head.content, head.headers["content-length"]) == (b"", str(size))


@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        (None, None),
        ("bytes=0-", (0, 99)),
        ("bytes=5-5", (5, 5)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=-", None),
        ("bytes=7-3", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(
    wanted: str | None, span: tuple[int, int] | None
) -> None:
    assert read_range(wanted, 100) == span


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=-0"])
def test_ranges_outside_cannot_be_satisfied(wanted: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        read_range(wanted, 100)


def test_a_changed_link_opens_nothing(film: Json) -> None:
    url = film["result_url"]
    assert httpx.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 403
    assert httpx.get(url.partition("?")[0]).status_code == 403
    assert httpx.get(url.replace("token=1", "token=2")).status_code == 403


def test_a_link_ends_when_its_time_is_over(tmp_path: Path, talking: Path) -> None:
    with run_sandbox(tmp_path, env={"SANDBOX_LINK_SECONDS": "1"}) as handle:
        url = Client(handle).dubbed(talking, new_asset(end_time=0.8))[0]["result_url"]
        wait_for(lambda: httpx.get(url).status_code == 403)


def test_a_token_serves_one_purpose_and_one_subject(tmp_path: Path) -> None:
    key = LinkKey(tmp_path / "key")
    token = key.token("film", "a", 60)
    assert key.is_valid("film", "a", token)
    assert not key.is_valid("studio", "a", token)
    assert not key.is_valid("film", "b", token)
    assert not key.is_valid("film", "a", key.token("film", "a", -1))
    assert not key.is_valid("film", "a", f"{int(time.time()) + 900}." + token.partition(".")[2])
    assert not key.is_valid("film", "a", "")
    assert not key.is_valid("film", "a", "²." + token.partition(".")[2])


def signed_studio(client: Client, version_id: str) -> str:
    url: str = client.post(f"/v1/versions/{version_id}/studio_url").json()["studio_url"]
    return url


def test_a_signed_studio_link_makes_and_reopens_a_film(client: Client, talking: Path) -> None:
    asset = client.upload(talking, new_asset(end_time=1.0)).json()
    client.settled_asset(asset["id"])
    version_id = asset["dubbings"][0]["versions"][0]["id"]
    url = signed_studio(client, version_id)
    assert "Make the film" in httpx.get(url).text
    base, _, token = url.partition("?token=")
    assert httpx.post(f"{base}/generate", data={"token": "0.0"}).status_code == 403
    pressed = httpx.post(f"{base}/generate", data={"token": token}, follow_redirects=True)
    assert pressed.status_code == 200
    client.version_in(version_id, "Completed")
    # The button pressed a second time, from a page that was left open.
    again = httpx.post(f"{base}/generate", data={"token": token}, follow_redirects=True)
    assert "<video" in again.text
    reopened = httpx.post(f"{base}/revise", data={"token": token}, follow_redirects=True)
    assert "Make the film" in reopened.text
    assert client.get(f"/v1/versions/{version_id}")["status"] == "ReadyToEdit"


def test_the_studio_page_escapes_what_it_shows(client: Client, film: Json) -> None:
    page = httpx.get(signed_studio(client, film["id"]))
    assert "<b>" not in page.text
    assert "&lt;b&gt;Über" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    css = httpx.get(client.sandbox.url + "/studio/studio.css")
    assert css.headers["content-type"].startswith("text/css")


def test_an_unsigned_studio_link_asks_for_a_sign_in(client: Client, film: Json) -> None:
    with httpx.Client(follow_redirects=True, base_url=client.sandbox.url) as browser:
        asked = browser.get(film["studio_url"])
        assert "Sign in to the studio" in asked.text
        form = {"version": film["id"], "key": "panjaya-wrong"}
        wrong = browser.post("/studio/sign-in", data=form)
        assert (wrong.status_code, "not known" in wrong.text) == (403, True)
        right = browser.post("/studio/sign-in", data=form | {"key": KEY})
        assert "<video" in right.text
        assert "Cues" in browser.get(film["studio_url"]).text


def test_an_expired_studio_link_says_so(client: Client, film: Json) -> None:
    page = httpx.get(f"{film['studio_url']}?token=1.0")
    assert page.status_code == 403
    assert "no longer valid" in page.text


@pytest.mark.parametrize("seconds", [0, -1, "60", 10**9, True])
def test_a_studio_link_cannot_live_for_ever(client: Client, film: Json, seconds: object) -> None:
    path = f"/v1/versions/{film['id']}/studio_url"
    assert client.post(path, {"expires_in": seconds}).status_code == 400
