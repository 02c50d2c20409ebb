from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubbing.archives.manifest import MANIFEST_NAMES
from dubbing.archives.naming import (
    LONGEST_PATH,
    NUMBERED,
    REPLACED,
    RESERVED,
    RESERVED_NAME,
    SHORTENED,
    UNNAMED,
    Namer,
)


@pytest.mark.parametrize(
    ("pieces", "path", "changes"),
    [
        (["Talk_de-DE"], "Talk_de-DE.mp4", ()),
        (["Série é", "Über uns"], "Série é/Über uns.mp4", ()),
        (["東京 第1話"], "東京 第1話.mp4", ()),
        (["e\u0301"], "\u00e9.mp4", ()),
        (["  two   blanks "], "two blanks.mp4", ()),
        (["a:b*c?"], "a_b_c_.mp4", (REPLACED,)),
        (["..", ".."], "unnamed/unnamed.mp4", (UNNAMED,)),
        (["../../etc/passwd"], "_.._etc_passwd.mp4", (REPLACED,)),
        ([".hidden"], "hidden.mp4", (REPLACED,)),
        (["end. . "], "end.mp4", (REPLACED,)),
        (["gnp\u202eexe"], "gnpexe.mp4", (REPLACED,)),
        (["tab\tline\nbreak"], "tab line break.mp4", ()),
        (["\x07\ud800"], "unnamed.mp4", (UNNAMED,)),
        (["CON"], "_CON.mp4", (RESERVED_NAME,)),
        (["aux.video"], "_aux.video.mp4", (RESERVED_NAME,)),
        (["Lpt9", "x"], "_Lpt9/x.mp4", (RESERVED_NAME,)),
        (["COM¹"], "_COM¹.mp4", (RESERVED_NAME,)),
        (["console"], "console.mp4", ()),
        (["manifest.csv", "x"], "manifest_csv/x.mp4", ()),
        (["SHA256SUMS", "x"], "SHA256SUMS_/x.mp4", ()),
        (["family 👩\u200d👧"], "family 👩\u200d👧.mp4", ()),
    ],
    ids=repr,
)
def test_name_is_made_safe(pieces: list[str], path: str, changes: tuple[str, ...]) -> None:
    name = Namer(MANIFEST_NAMES).name(pieces, "mp4")
    assert (name.path, name.changes) == (path, changes)


def test_names_that_are_one_for_some_system_are_numbered() -> None:
    namer = Namer()
    paths = [namer.name([stem], "mp4") for stem in ("Ärger", "ärger", "A\u0308rger", "ÄRGER")]
    assert [name.path for name in paths] == [
        *("Ärger.mp4", "ärger (2).mp4", "Ärger (3).mp4", "ÄRGER (4).mp4"),
    ]
    assert [name.changes for name in paths] == [(), (NUMBERED,), (NUMBERED,), (NUMBERED,)]


def test_film_and_subtitles_keep_the_same_stem() -> None:
    namer = Namer()
    assert [namer.name(["a"], end).path for end in ("mp4", "srt")] == ["a.mp4", "a.srt"]


def test_long_names_leave_room_for_number_and_ending() -> None:
    namer = Namer()
    names = [namer.name(["P" * 300, "ß" * 300], "mp4") for _ in range(11)]
    assert all(SHORTENED in name.changes for name in names)
    assert names[-1].path.endswith(" (11).mp4")
    assert len({name.path for name in names}) == 11


pieces_of_names = st.lists(
    st.one_of(
        st.text(max_size=400),
        st.sampled_from(["CON", "a.mp4", "A.MP4", "..", "manifest.json", "a", "a (2)", "ﬁ", "fi"]),
    ),
    min_size=1,
    max_size=8,
)


@given(st.lists(st.tuples(pieces_of_names, st.sampled_from(["mp4", "srt"])), max_size=12))
def test_whatever_is_asked_every_system_can_unpack_it(
    asked: list[tuple[list[str], str]],
) -> None:
    namer = Namer(MANIFEST_NAMES)
    paths = [namer.name(pieces, ending).path for pieces, ending in asked]
    marks = [unicodedata.normalize("NFKC", path).casefold() for path in [*paths, *MANIFEST_NAMES]]
    assert len(set(marks)) == len(marks)
    folders = {mark[:at] for mark in marks for at, letter in enumerate(mark) if letter == "/"}
    assert not folders & set(marks)
    for path in paths:
        assert path.isprintable() or "\u200c" in path or "\u200d" in path
        assert len(path) <= LONGEST_PATH + 16
        for piece in path.split("/"):
            assert piece not in ("", ".", "..")
            assert len(piece.encode()) <= 220
            assert not RESERVED.fullmatch(piece)
            assert not set(piece) & set('<>:"\\|?*\0')
            assert piece.strip(" .") == piece
