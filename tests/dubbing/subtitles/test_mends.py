from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubbing.subtitles.checks import Context, judge, words_digest
from dubbing.subtitles.clocks import Span
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.mends import MENDS, READING_MENDS, WORDS, mend_words, mended
from dubbing.subtitles.reading import Given, ReadFile, read_files
from dubbing.validators import srt_faults
from tests.dubbing.subtitles.corpus import CORPUS, FEATURE, HALF, MINUTE, srt, talk

TEN = Span(duration=Decimal(10))


def read(*cues: tuple[float, float, str]) -> ReadFile:
    return read_files([Given("a.srt", srt(*cues).encode())])[0]


def times(file: ReadFile) -> list[tuple[float, float, str]]:
    return [(float(cue.start), float(cue.end), cue.text) for cue in file.cues]


def offered(file: ReadFile, span: Span, locale: str = "es-ES") -> dict[str, str]:
    found = judge(file, Context(locale, span))
    return {finding.code: mend.code for finding in found for mend in finding.mends[:1]}


def test_out_of_order_is_sorted():
    file = mended(read((9, 10, "b"), (1, 2, "a")), ["sort"])
    assert times(file) == [(1, 2, "a"), (9, 10, "b")]
    assert [cue.number for cue in file.cues] == [1, 2]


def test_overlap_ends_the_earlier_cue():
    assert times(mended(read((1, 4, "a"), (3, 6, "b")), ["trim_overlaps"])) == [
        (1, 3, "a"),
        (3, 6, "b"),
    ]


def test_cues_at_the_same_moment_become_one():
    file = mended(read((1, 4, "a"), (1, 6, "b")), ["trim_overlaps"])
    assert times(file) == [(1, 6, "a\nb")]


def test_end_before_its_start_gets_as_long_as_the_words_take():
    file = mended(read((3, 2, "a"), (5, 5, "b" * 30), (6, 9, "c")), ["fix_ends"])
    assert times(file)[:2] == [(3, 4, "a"), (5, 6, "b" * 30)]


def test_cut_says_what_is_lost_and_does_it():
    file = read((5, 8, "out"), (18, 22, "crosses"), (30, 32, "in"), (39, 45, "crosses too"))
    mend = judge(file, Context("es-ES", HALF))[0].mends[0]
    assert mend.label == "Leave out 1 cue and shorten 2 cues"
    assert times(mended(file, [mend.code])) == [
        (20, 22, "crosses"),
        (30, 32, "in"),
        (39, 40, "crosses too"),
    ]


def test_clock_of_a_tape_is_shifted_back():
    sample = CORPUS["on the clock of a tape"]
    file = read_files([Given("a.srt", sample.data)])[0]
    code = offered(file, MINUTE)["srt_shifted"]
    assert code == "shift:-3600000"
    assert mended(file, [code]).cues[0].start == 1


def test_clock_of_a_tape_is_seen_without_a_known_length():
    file = read(*talk("Hola", start=36_001, end=36_050))
    assert offered(file, Span())["srt_shifted"] == "shift:-36000000"


def test_late_cues_of_a_long_video_are_no_tape():
    file = read((3700, 3702, "Hola"))
    assert "srt_shifted" not in offered(file, Span(duration=Decimal(7200)))


def test_clock_of_the_trim_is_shifted_forward():
    file = read(*talk("Hola", end=18))
    assert offered(file, HALF)["srt_shifted"] == "shift:20000"


def test_other_frame_rate_is_fitted():
    file = read(*talk("Hola", end=1042, every=10))
    code = offered(file, FEATURE)["srt_frame_rate_drift"]
    assert code == "scale:23.976/25"
    fitted = mended(file, [code])
    assert srt_faults(fitted.cues, duration=FEATURE.duration) == []


@pytest.mark.parametrize(
    ("text", "mend", "after"),
    [
        ("Â¿QuÃ© tal, seÃ±ora?", "repair_letters", "¿Qué tal, señora?"),
        ("<i>Hola</i> {\\an8}a", "strip_markup", "Hola a"),
        ("uno dos tres cuatro", "wrap:8", "uno dos\ntres\ncuatro"),
        ("[puerta]", "drop_sounds", None),
        ("", "drop_empty", None),
    ],
)
def test_words_are_mended(text, mend, after):
    file = mended(read((1, 2, text), (3, 4, "Fin")), [mend])
    assert file.cues[0].text == (after or "Fin")


def test_lenient_reading_takes_what_can_be_read():
    data = srt((1, 2, "a"), (3, 4, "b\x07")).replace("01,000", "01,00").encode()
    strict = read_files([Given("a.srt", data)])[0]
    assert judge(strict, Context("es-ES"))[0].mends[0].code == "lenient"
    laxer = read_files([Given.of("a.srt", data, ["lenient"])])[0]
    assert times(laxer) == [(1, 2, "a"), (3, 4, "b")]


def test_same_words_in_two_languages_are_told():
    file = read((1, 2, "Hola"), (3, 4, "Adiós"))
    twins = {words_digest(file.cues): "“show.es.srt” (Spanish)"}
    found = judge(file, Context("de-DE", TEN, twins))
    assert [finding.code for finding in found] == ["srt_same_words"]


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        ("shift:-3600000", "moved earlier by 1:00:00"),
        ("cut:20000-40500", "cut to 0:20 – 0:40.500"),
        ("cut:0-", "cut to 0:00 – the end"),
        ("encoding:cp1251", "read as cp1251"),
    ],
)
def test_mend_is_told_in_words(mend, words):
    assert mend_words(mend) == words


def test_every_mend_has_its_words():
    assert WORDS.keys() | {"shift", "cut"} == MENDS.keys() | READING_MENDS


def test_unknown_mend_is_refused():
    with pytest.raises(ValueError, match="no mend"):
        mended(read((1, 2, "a")), ["explode"])


moments = st.integers(0, 30_000)
any_cues = st.lists(
    st.tuples(moments, moments, st.sampled_from(["a", "dos palabras", "", "l" * 90])),
    min_size=1,
    max_size=12,
)


@given(any_cues)
def test_hard_mends_in_turn_leave_nothing_that_sending_refuses(cues):
    file = read(*((start / 1000, end / 1000, text) for start, end, text in cues))
    for _ in range(8):
        found = [one for one in judge(file, Context("es-ES", TEN)) if one.level == ERROR]
        if not found or not found[0].mends:
            break
        file = mended(file, [found[0].mends[0].code])
    spoken = [cue for cue in file.cues if cue.text]
    assert srt_faults(spoken, duration=TEN.duration) == []
