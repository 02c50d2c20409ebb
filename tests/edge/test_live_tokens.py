from __future__ import annotations

import pytest

from edge.live_tokens import STREAMS_PATH, LiveGrant, read_live, stream_path
from edge.tokens import LapsedTokenError, TokenError
from edge.upload_tokens import UploadGrant, upload_path

NOW = 1_800_000_000.0


def token(**changes) -> str:
    words = {"member": "m", "team": "t", "secret": "s", "seconds": 600, "now": NOW} | changes
    return stream_path(**words).removeprefix(f"{STREAMS_PATH}/")


def test_reads_what_was_written():
    assert read_live(token(), secret="s", now=NOW) == LiveGrant("m", "t", int(NOW) + 600)


def test_lapses_when_its_time_is_over():
    read_live(token(), secret="s", now=NOW + 600)
    with pytest.raises(LapsedTokenError):
        read_live(token(), secret="s", now=NOW + 602)


@pytest.mark.parametrize(
    "forged",
    ["", "x", token(secret="another"), token()[:-1], "a" * 5000, "é:ü"],
    ids=["empty", "word", "other secret", "cut", "long", "letters"],
)
def test_refuses_what_is_not_ours(forged):
    with pytest.raises(TokenError) as raised:
        read_live(forged, secret="s", now=NOW)
    assert not isinstance(raised.value, LapsedTokenError)


def test_refuses_a_permit_for_something_else():
    grant = UploadGrant("u", "t", "m", 1, "n", int(NOW) + 1000)
    other = upload_path(grant, secret="s", seconds=600, now=NOW).rpartition("/")[2]
    with pytest.raises(TokenError):
        read_live(other, secret="s", now=NOW)
