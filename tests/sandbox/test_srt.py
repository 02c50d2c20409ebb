from __future__ import annotations

import pytest

from sandbox.media.narration import Passage, passages_within
from sandbox.srt import BadSrtError, Cue, parse_srt


def test_an_srt_is_read_whatever_its_dress() -> None:
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500 X1:0\r\n<i>Hello</i>\r\nworld\r\n\r\n"
        "00:01:00.5 --> 01:00:00,000\r\n{\\an8}Second\r\n"
    )
    assert parse_srt(text) == [Cue(1.0, 2.5, "Hello world"), Cue(60.5, 3600.0, "Second")]


def test_cues_come_in_order_of_time_and_empty_ones_are_left_out() -> None:
    text = "1\n00:00:05,000 --> 00:00:06,000\nB\n\n2\n00:00:01,000 --> 00:00:02,000\nA\n\n"
    text += "3\n00:00:08,000 --> 00:00:09,000\n<b></b>\n"
    assert [cue.text for cue in parse_srt(text)] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no cue"),
        ("\n\n", "no cue"),
        ("1\n", "line 2"),
        ("hello", "line 1"),
        ("1\n00:00:01 --> 00:00:02\nx", "line 2"),
        ("1\n00:00:01,000 --> 00:99:02,000\nx", "line 2"),
        ("1\n00:00:02,000 --> 00:00:02,000\nx", "ends before"),
    ],
)
def test_what_is_no_srt_is_refused_by_line(text: str, says: str) -> None:
    with pytest.raises(BadSrtError, match=says):
        parse_srt(text)


def test_passages_lie_on_the_films_clock_and_never_overlap() -> None:
    cues = [Cue(0, 2, "cut"), Cue(3, 6, "long"), Cue(5, 7, "next"), Cue(9.5, 12, "end")]
    assert passages_within(cues, 1.0, 10.0) == [
        Passage(0.0, 1.0, "cut"),
        Passage(2.0, 4.0, "long"),
        Passage(4.0, 6.0, "next"),
        Passage(8.5, 9.0, "end"),
    ]


def test_cues_outside_the_trim_are_left_out() -> None:
    assert passages_within([Cue(0, 1, "a"), Cue(5, 6, "b")], 1.0, 5.0) == []
