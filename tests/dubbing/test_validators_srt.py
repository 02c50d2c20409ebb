from __future__ import annotations

from decimal import Decimal

import pysubs2
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from dubbing.validators import MAX_SRT_BYTES, read_srt

GOOD = """1
00:00:01,000 --> 00:00:02,500
Bonjour à tous

2
00:00:03,000 --> 00:00:04,000
Deux
lignes
"""


def srt(*cues: tuple[float, float, str]) -> str:
    return "\n".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"


def codes_of(data: bytes | str, **limits: Decimal) -> list[str | None]:
    with pytest.raises(ValidationError) as refusal:
        read_srt(data, **limits)
    return [fault.code for fault in refusal.value.error_list]


def test_good_file_is_read_unchanged() -> None:
    read = read_srt(GOOD.encode())
    assert read.text == GOOD
    assert read.notes == ()
    assert [(cue.number, cue.line, cue.start, cue.end) for cue in read.cues] == [
        (1, 2, Decimal("1"), Decimal("2.5")),
        (2, 6, Decimal("3"), Decimal("4")),
    ]
    assert read.cues[1].text == "Deux\nlignes"


def test_another_reader_understands_what_we_write() -> None:
    events = pysubs2.SSAFile.from_string(read_srt(GOOD).text, "srt").events
    assert [(event.start, event.end) for event in events] == [(1000, 2500), (3000, 4000)]


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace(",", "."),
        GOOD.replace("1\n00", "\n00").replace("2\n00", "\n00"),
        GOOD.replace("1\n00", "17\n00"),
        GOOD.replace("2,500", "2,500 X1:10 X2:20"),
        GOOD.replace("Deux\n", "Deux\n\n \n"),
        "\ufeff\n\n" + GOOD + "\n\n",
    ],
)
def test_harmless_variant_is_normalised_without_a_note(data: bytes | str) -> None:
    read = read_srt(data)
    assert read.text == GOOD
    assert read.notes == ()


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("latin-1", "“à” is spelled right"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_other_encoding_is_read_with_a_note(encoding: str, note: str) -> None:
    read = read_srt(GOOD.encode(encoding))
    assert read.text == GOOD
    assert note in "".join(read.notes)


def test_cue_without_text_is_left_out_with_a_note() -> None:
    read = read_srt(srt((1, 2, ""), (3, 4, "Hello")))
    assert read.text == srt((3, 4, "Hello"))
    assert read.notes == ("1 cue without text left out.",)


def test_number_in_the_text_is_no_cue_number() -> None:
    assert read_srt(srt((1, 2, "In the year\n1984"))).cues[0].text == "In the year\n1984"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02", "bytes that no text has"),
        (GOOD.replace("tous", "t\x00us"), "Line 3"),
        (GOOD.replace("tous", "t\ud800us"), "Line 3"),
        (b"\x81\x8d" + GOOD.encode("latin-1"), "encoding"),
        (srt((1, 2, "Привет, как дела")).encode("cp1251"), "old one"),
        (srt((1, 2, "こんにちは、お元気ですか")).encode("shift-jis"), "encoding"),
        (GOOD.encode("utf-16")[:-1], "damaged"),
        ("Just a letter.", "Line 1 is “Just a letter.”"),
        ("WEBVTT\n\n" + GOOD, "WebVTT"),
        ("[Script Info]\nTitle: x", "ASS"),
        ("1\n00:00:61,000 --> 00:00:62,000\nx", r"Line 2 is “00:00:61"),
        ("1\n-00:00:01,000 --> 00:00:02,000\nx", "Line 2"),
        ("1\n00:00:01 --> 00:00:02\nx", "times look like"),
        (GOOD + "\n3\n00:00:05,000 -->\nx", "Line 11"),
        pytest.param("x" * 900_000, "Line 1", id="huge"),
    ],
)
def test_what_is_no_srt_is_refused_with_the_place(data: bytes | str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        read_srt(data)
    assert refusal.value.code == "srt_unreadable"
    assert len(refusal.value.message) < 300


@pytest.mark.parametrize("data", [b"", "", " \n\n", "\ufeff", b"\xff\xfe", srt((1, 2, ""))])
def test_empty_file_is_refused(data: bytes | str) -> None:
    assert codes_of(data) == ["srt_empty"]


@pytest.mark.parametrize(
    "data", [b"x" * 10_000_000, "é" * (MAX_SRT_BYTES // 2 + 1)], ids=["file", "text"]
)
def test_huge_file_is_refused(data: bytes | str) -> None:
    assert codes_of(data) == ["srt_too_large"]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (srt((2, 2, "a")), "srt_cue_order", r"Cue 1 \(line 2, 00:00:02,000 --> 00:00:02,000\)"),
        (srt((3, 2, "a")), "srt_cue_order", "ends before it has begun"),
        (srt((1, 3, "a"), (2, 4, "b")), "srt_overlap", r"Cue 2 \(line 6.* Cue 1"),
        (srt((1, 9, "a"), (10, 11, "b"), (5, 6, "c")), "srt_order", r"Cue 3 .* before Cue 2"),
        (srt((1, 1.5, "a"), (2, 9, "b"), (3, 4, "c")), "srt_overlap", "while Cue 2"),
    ],
)
def test_cues_out_of_step_are_named(data: str, code: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        read_srt(data)
    assert [fault.code for fault in refusal.value.error_list] == [code]


def test_cue_within_an_earlier_long_one_overlaps() -> None:
    assert codes_of(srt((1, 9, "a"), (9, 10, "b"), (9.5, 11, "c"))) == ["srt_overlap"]
    assert codes_of(srt((1, 9, "a"), (2, 3, "b"), (4, 5, "c"))) == ["srt_overlap", "srt_overlap"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"start": "1.5"}, "Cue 1 .* starts before .*0:01.500"),
        ({"end": "3.5"}, "Cue 2 .* runs beyond .*0:03.500"),
        ({"duration": "3.999"}, "Cue 2 .* runs beyond"),
        ({"end": "10", "duration": "3"}, "runs beyond the end of what is dubbed, 0:03"),
    ],
)
def test_cue_outside_the_trim_is_refused(limits: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        read_srt(GOOD, **{edge: Decimal(moment) for edge, moment in limits.items()})
    assert [fault.code for fault in refusal.value.error_list] == ["srt_outside_trim"]


def test_many_cues_outside_the_trim_are_one_fault_for_each_edge() -> None:
    cues = srt(*((number, number + 1, "x") for number in range(60)))
    with pytest.raises(ValidationError) as refusal:
        read_srt(cues, start=Decimal(3), end=Decimal(20))
    before, beyond = refusal.value.messages
    assert before.startswith("Cue 1 (") and "and 2 more start before the part" in before
    assert beyond.startswith("Cue 21 (") and "and 39 more run beyond the end" in beyond


def test_cues_may_touch_each_other_and_the_trim() -> None:
    cues = srt((1, 2, "a"), (2, 3, "b"))
    read = read_srt(cues, start=Decimal(1), end=Decimal(3), duration=Decimal(3))
    assert read.text == cues


def test_five_faults_are_listed_and_the_rest_counted() -> None:
    cues = srt(*((number, number, "x") for number in range(12)))
    with pytest.raises(ValidationError) as refusal:
        read_srt(cues, name="fr.srt")
    assert len(refusal.value.error_list) == 5
    assert all(message.startswith("fr.srt: Cue") for message in refusal.value.messages)
    assert refusal.value.messages[-1].endswith("(7 more not listed.)")


@given(st.binary(max_size=400) | st.text(max_size=400))
def test_anything_at_all_gets_a_verdict(data: bytes | str) -> None:
    try:
        read = read_srt(data)
    except ValidationError as refusal:
        assert refusal.error_list
    else:
        assert read.cues
