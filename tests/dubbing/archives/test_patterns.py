from __future__ import annotations

import pytest

from dubbing.archives.patterns import LONGEST_PATTERN, TOKENS, USUAL_PATTERN, Pattern, PatternError


def test_usual_pattern_is_accepted() -> None:
    assert Pattern.parse(USUAL_PATTERN).text == USUAL_PATTERN


def test_ending_is_added_where_it_is_not_said() -> None:
    assert Pattern.parse("{video}").text == "{video}.{ext}"
    assert Pattern.parse(" {video}_{locale}.{ext} ").text == "{video}_{locale}.{ext}"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "film", "film.{ext}", "{ext}", ".{ext}", "{vidio}", "{video", "video}", "{}"]
    + ["{{video}}", "{video}/", "/{video}", "a//{video}", "{video}\\{locale}", "{video}\n{locale}"]
    + ["{ext}/{video}", "{video}.{ext}.{ext}", "{video}\x00", "{video}\u202e"]
    + ["{video}" * LONGEST_PATTERN, "a/" * 9 + "{video}", "{video!r}", "{video.title}"],
    ids=repr,
)
def test_pattern_that_names_nothing_well_is_refused(text: str) -> None:
    with pytest.raises(PatternError):
        Pattern.parse(text)


def test_refusal_of_an_unknown_word_lists_those_there_are() -> None:
    with pytest.raises(PatternError, match=r"no \{vidio\}.*\{project\}"):
        Pattern.parse("{vidio}_{locale}")


def test_slashes_of_values_make_no_folders() -> None:
    pattern = Pattern.parse("{project}/{video}_{locale}")
    values = dict.fromkeys(TOKENS, "") | {"project": "A/B", "video": "../x", "locale": "de-DE"}
    assert pattern.fill(values) == ["A_B", ".._x_de-DE"]
