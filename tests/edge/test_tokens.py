from __future__ import annotations

import dataclasses
import subprocess
import sys
from urllib.parse import unquote

import pytest

from edge.tokens import (
    STEP_SECONDS,
    FilmGrant,
    LapsedTokenError,
    TokenError,
    film_path,
    issue,
    read,
)

SECRET = "a secret of the tests"
NOON = 1_800_000_000.0
GRANT = FilmGrant(
    path="films/0190/es-ES.mp4",
    filename="Straße 東京.mp4",
    content_type="video/mp4",
    disposition="inline",
    member="m-1",
    team="t-1",
)


def test_grant_survives_the_way_there_and_back() -> None:
    assert read(issue(GRANT, secret=SECRET, seconds=60), secret=SECRET) == GRANT


def test_token_holds_at_least_as_long_as_asked() -> None:
    token = issue(GRANT, secret=SECRET, seconds=3600, now=NOON + 1)
    assert read(token, secret=SECRET, now=NOON + 3601) == GRANT
    with pytest.raises(LapsedTokenError):
        read(token, secret=SECRET, now=NOON + 3601 + STEP_SECONDS)


def test_links_of_the_same_quarter_hour_are_equal() -> None:
    first = issue(GRANT, secret=SECRET, seconds=3600, now=NOON + 1)
    assert first == issue(GRANT, secret=SECRET, seconds=3600, now=NOON + STEP_SECONDS - 1)
    assert first != issue(GRANT, secret=SECRET, seconds=3600, now=NOON + STEP_SECONDS + 1)


def test_every_altered_character_is_noticed() -> None:
    token = issue(GRANT, secret=SECRET, seconds=60)
    for place, character in enumerate(token):
        altered = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenError):
            read(altered, secret=SECRET)


@pytest.mark.parametrize("token", ["", ":", "abc", "abc:def", ".", "x" * 5000, "ä:ö", "a\x00:b"])
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        read(token, secret=SECRET)


def test_token_of_another_secret_is_refused() -> None:
    with pytest.raises(TokenError):
        read(issue(GRANT, secret="another", seconds=60), secret=SECRET)


def test_path_holds_the_token_and_a_quoted_name() -> None:
    odd = dataclasses.replace(GRANT, filename="a/b ü?.mp4")
    _, films, token, name = film_path(odd, secret=SECRET, seconds=60).split("/")
    assert films == "films"
    assert unquote(name) == "a_b ü?.mp4"
    assert read(token, secret=SECRET) == odd


def test_issuing_needs_neither_starlette_nor_settings() -> None:
    code = (
        "import sys; from edge.tokens import *;"
        "issue(FilmGrant('a','b','c','d','e','f'), secret='s', seconds=1);"
        "assert not any(name.startswith('starlette') for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={}
    )
    assert (done.returncode, done.stderr) == (0, "")
