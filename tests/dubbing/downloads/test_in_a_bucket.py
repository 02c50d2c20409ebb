"""Films that lie in a bucket pass through nobody: they are fetched one by one, by a list."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from tests.builders import connection_of, make_api_key
from tests.dubbing.api.caller import Caller
from tests.dubbing.downloads.films import download, make_finished

CONTENT = {"Küche": b"kitchen film" * 1000, 'Say "hi"': b"bath film"}


@pytest.fixture(autouse=True)
def films(team: Team, in_a_bucket: str) -> None:
    connection_of(team)
    for title, content in CONTENT.items():
        make_finished(team, title, content=content, is_summed=False)


def take_list(team: Team, as_alice: Client) -> str:
    archive = download(team, pattern="{locale}/{video}")
    page = as_alice.get(reverse("dubbing:archive-detail", args=[archive.pk])).content.decode()
    links = reverse("dubbing:archive-links", args=[archive.pk])
    assert links in page and "curl --parallel" in page
    assert "X-Amz-Signature" not in page
    return as_alice.get(links).getvalue().decode()


def test_list_names_every_film_with_its_signed_link(team: Team, as_alice: Client) -> None:
    text = take_list(team, as_alice)
    links = re.findall(r'^url = "(.*)"$', text, re.MULTILINE)
    names = re.findall(r'^output = "(.*)"$', text, re.MULTILINE)
    assert names == ["de-DE/Küche.mp4", "de-DE/Say _hi_.mp4"]
    assert [httpx.get(link).content for link in links] == list(CONTENT.values())


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed here")
def test_curl_fetches_by_the_list_and_goes_on_where_it_stopped(
    team: Team, as_alice: Client, tmp_path: Path
) -> None:
    (tmp_path / "films.curl").write_text(take_list(team, as_alice))
    (tmp_path / "de-DE").mkdir()
    (tmp_path / "de-DE" / "Küche.mp4").write_bytes(CONTENT["Küche"][:5000])
    command = ["curl", "--silent", "--noproxy", "*", "--config", "films.curl"]
    for _ in range(2):  # again with all of them there: nothing is spoilt
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert (tmp_path / "de-DE" / "Küche.mp4").read_bytes() == CONTENT["Küche"]
        assert (tmp_path / "de-DE" / "Say _hi_.mp4").read_bytes() == CONTENT['Say "hi"']


def test_api_tells_each_films_link(team: Team) -> None:
    caller = Caller(make_api_key(team)[1])
    told = caller.post("archives/", {"filter": {}, "pattern": "{video}"}).json()
    assert told["state"] == "ready"
    assert [part["url"] for part in told["parts"]] == [None]
    for film, content in zip(told["films"], CONTENT.values(), strict=True):
        assert httpx.get(film["url"]).content == content
        assert film["size"] == len(content)
