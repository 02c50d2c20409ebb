from __future__ import annotations

import time
from dataclasses import replace

import pytest

from dubbing.subtitles.checks import Context, judge
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.formats import Format
from dubbing.subtitles.reading import Given, ReadFile, read_files
from dubbing.subtitles.running import Asked, convert_files
from dubbing.validators import read_srt
from tests.dubbing.subtitles.corpus import ASS, CORPUS, SAMI, SBV, SCC, TTML, VTT, Sample
from tests.dubbing.subtitles.ebu import make_ebu_stl


@pytest.fixture(scope="module")
def reads() -> dict[str, ReadFile]:
    """The whole corpus in one go: one bad file must not spoil another."""
    given = [Given(sample.name, sample.data) for sample in CORPUS.values()]
    return dict(zip(CORPUS, read_files(given), strict=True))


@pytest.mark.parametrize("title", CORPUS)
def test_every_file_gets_its_verdict_in_words(reads, title):
    sample = CORPUS[title]
    found = judge(reads[title], Context(sample.locale, sample.span), sample.data)
    assert {finding.code for finding in found} == sample.codes
    assert all(finding.message.endswith((".", "”")) for finding in found)
    assert all(len(finding.message) < 400 for finding in found)


def is_sendable(sample: Sample, read: ReadFile) -> bool:
    try:
        span = sample.span
        read_srt(read.text, start=span.start, end=span.end, duration=span.duration)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("title", CORPUS)
def test_an_error_is_what_sending_would_refuse_and_nothing_else(reads, title):
    sample, read = CORPUS[title], reads[title]
    found = judge(read, Context(sample.locale, sample.span), sample.data)
    assert is_sendable(sample, read) == all(finding.level != ERROR for finding in found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("show.vtt", VTT),
        ("show.ttml", TTML),
        ("show.dfxp", TTML.replace("ns/ttml", "2006/10/ttaf1")),
        ("show.smi", SAMI),
        ("show.sbv", SBV),
    ],
)
def test_other_formats_say_the_same_at_the_same_time(name, content):
    read = read_files([Given(name, content.encode())])[0]
    assert [(cue.start, cue.end) for cue in read.cues] == [(1, 3)]
    assert read.cues[0].text.split() == ["Hola", "a", "todos"]
    assert any("Converted" in note for note in read.notes)


def test_ass_comes_in_order_without_comments_and_drawings():
    read = read_files([Given("show.ass", ASS.encode())])[0]
    assert [cue.text for cue in read.cues] == ["Hola\na todos", "Adiós"]


def test_scc_and_lines_of_what_we_write_are_right():
    read = read_files([Given("show.scc", SCC.encode())])[0]
    assert read.cues[0].text == "HELLO"
    for cue in read.cues:
        assert "-->" in read.text.split("\n")[cue.line - 1]


def test_frame_rate_decides_the_times():
    given = Given("show.sub", b"{25}{75}Hola|a todos\n", fps="25")
    assert [(cue.start, cue.end) for cue in read_files([given])[0].cues] == [(1, 3)]
    slower = replace(given, fps="50")
    assert read_files([slower])[0].cues[0].end == 1.5


def test_chosen_encoding_is_used():
    sample = CORPUS["Cyrillic in an old encoding"]
    found = judge(ReadFile(error="x", remedy="encoding"), Context("ru-RU"), sample.data)
    codes = [mend.code for mend in found[0].mends]
    assert codes[0] == "encoding:cp1251"
    assert "Привет" in found[0].mends[0].label
    read = read_files([Given("a.srt", sample.data, encoding="cp1251")])[0]
    assert read.cues[0].text == "Привет, как дела сегодня 1"


def test_file_that_takes_too_long_is_named_and_the_rest_goes_on(monkeypatch):
    monkeypatch.setattr("dubbing.subtitles.running.WALL_SECONDS", 3)
    # Each further element is inside of all before it: deep nesting ends parsers.
    deep = "<tt xmlns='http://www.w3.org/ns/ttml'><body>" + "<div>" * 90_000
    before = time.monotonic()
    answers = convert_files(
        [Asked(Format.VTT, VTT), Asked(Format.TTML, deep), Asked(Format.SAMI, SAMI)]
    )
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False]
    assert time.monotonic() - before < 30


def test_markup_pattern_takes_no_hours():
    hostile = "[a] " * 5_000 + "♪" * 5_000 + "(" * 5_000
    text = f"1\n00:00:01,000 --> 00:00:09,000\n{hostile}\n"
    before = time.process_time()
    read = read_files([Given("a.srt", text.encode())])[0]
    judge(read, Context("es-ES"))
    assert time.process_time() - before < 3


def test_thousands_of_cues_are_judged_quickly():
    cues = "\n".join(
        f"{number}\n00:{number // 60 % 60:02}:{number % 60:02},000 --> 00:00:00,000\nHola\n"
        for number in range(1, 20_000)
    )
    before = time.process_time()
    read = read_files([Given("a.srt", cues.encode())])[0]
    found = judge(read, Context("es-ES"))
    assert time.process_time() - before < 5
    assert len(found) < 30


@pytest.mark.parametrize("begins", ["00000000", "10000000", "09590012"])
@pytest.mark.parametrize("level", [b"0", b"1"])
def test_ebu_stl_is_converted_from_its_programmes_start(begins, level):
    cues = [(1, 2.52, "Hello there"), (3, 5, "Two\nlines"), (6, 8, "caf\xc2e")]
    offset = 0.48 if begins.endswith("12") else 0.0
    cues = [(start + offset, end + offset, words) for start, end, words in cues]
    data = make_ebu_stl(cues, begins=begins, level=level)
    read = read_files([Given("show.stl", data)])[0]
    assert read.format == Format.EBU_STL.value
    assert [(float(cue.start), float(cue.end), cue.text) for cue in read.cues] == [
        (1, 2.52, "Hello there"), (3, 5, "Two\nlines"), (6, 8, "café"),
    ]  # fmt: skip


def test_ebu_stl_whose_cues_lie_before_its_programme_keeps_their_times():
    data = make_ebu_stl([(1, 3, "Hola")]).replace(b"00000000" * 2, b"10000000" * 2)
    read = read_files([Given("show.stl", data)])[0]
    assert read.cues[0].start == 1
