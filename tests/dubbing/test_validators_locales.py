from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.validators import (
    locale_name,
    validate_locale_tag,
    validate_source,
    validate_speakers_count,
    validate_targets,
)

DOCUMENTED = [
    "ar-AE", "bg-BG", "zh-CN", "hr-HR", "cs-CZ", "da-DK", "nl-NL", "en-US", "fil-PH",
    "fi-FI", "fr-FR", "de-DE", "el-GR", "he-IL", "hi-IN", "hu-HU", "id-ID", "it-IT",
    "ja-JP", "ko-KR", "lt-LT", "ms-MY", "nb-NO", "pl-PL", "pt-BR", "pt-PT", "ro-RO",
    "ru-RU", "sk-SK", "es-ES", "es-MX", "sv-SE", "ta-IN", "tr-TR", "uk-UA", "vi-VN",
]  # fmt: skip
KNOWN = dict.fromkeys(DOCUMENTED, (True, True)) | {"he-IL": (True, False), "cy-GB": (False, True)}


@pytest.mark.parametrize("code", [*DOCUMENTED, "es-419", "zh-Hant-TW", "sq-XK"])
def test_real_locale_passes(code: str) -> None:
    validate_locale_tag(code)


@pytest.mark.parametrize(
    "code",
    ["", "en", "english", "xx-US", "en-XX", "en-ZZ", "en-UK", "und-US", "qaa-US", "pt_BR", "pt-br",
     "EN-US", "iw-IL", "en-US-x-a", "en-QM", "en-US\n", "é-FR", None, 7,
     pytest.param("en-" + "U" * 2_000_000, id="huge")],
)  # fmt: skip
def test_no_locale_is_refused_in_a_short_message(code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_locale_tag(code)
    assert refusal.value.code == "invalid_locale"
    assert len(refusal.value.message) < 200


def test_almost_right_locale_is_told_the_right_spelling() -> None:
    with pytest.raises(ValidationError, match="Write “iw-IL” as he-IL"):
        validate_locale_tag("iw-IL")


def test_locale_has_a_name() -> None:
    assert locale_name("pt-BR") == "Portuguese (Brazil)"
    assert locale_name("no tag") == "no tag"


def test_source_must_be_known_and_usable_as_source() -> None:
    validate_source(source="he-IL", known=KNOWN)
    with pytest.raises(ValidationError) as unknown:
        validate_source(source="tlh-US", known=KNOWN)
    assert unknown.value.code == "unknown_locale"
    with pytest.raises(ValidationError, match="Welsh") as target_only:
        validate_source(source="cy-GB", known=KNOWN)
    assert target_only.value.code == "target_only_locale"


def test_good_targets_pass() -> None:
    validate_targets(source="en-US", targets=["de-DE", "cy-GB"], known=KNOWN)


@pytest.mark.parametrize(
    ("targets", "code", "words"),
    [
        ([], "no_target", "at least one"),
        (["he-IL"], "source_only_locale", "Hebrew"),
        (["en-US"], "target_is_source", "English"),
        (["de-DE", "de-DE", "de-DE"], "duplicate_target", "German"),
        (["xx-YY"], "unknown_locale", "xx-YY"),
    ],
)
def test_bad_target_is_named(targets: list[str], code: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        validate_targets(source="en-US", targets=targets, known=KNOWN)
    assert [fault.code for fault in refusal.value.error_list] == [code]


def test_every_bad_target_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_targets(source="en-US", targets=["en-US", "he-IL", "fr-FR", "fr-FR"], known=KNOWN)
    codes = [fault.code for fault in refusal.value.error_list]
    assert codes == ["target_is_source", "source_only_locale", "duplicate_target"]


def test_thousands_of_bad_targets_make_a_short_answer() -> None:
    targets = [f"x{number}" for number in range(100_000)]
    with pytest.raises(ValidationError) as refusal:
        validate_targets(source="en-US", targets=targets, known=KNOWN)
    assert len(refusal.value.error_list) == 10


@pytest.mark.parametrize("count", [1, 2, 99])
def test_speakers_are_counted(count: int) -> None:
    validate_speakers_count(count)


@pytest.mark.parametrize("count", [0, -1, 100, 10**30, True, 1.5, "2", None])
def test_impossible_number_of_speakers_is_refused(count: int) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_speakers_count(count)
    assert refusal.value.code == "speakers_range"
