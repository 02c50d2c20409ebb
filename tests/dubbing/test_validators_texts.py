from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.validators import clean_tags, validate_reference, validate_title


@pytest.mark.parametrize("title", ["x", "Épisode 3 – שלום 👩‍🚀", "x" * 200])
def test_title_passes(title: str) -> None:
    validate_title(title)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("", "title_empty"),
        (" \u200b\u200d ", "title_empty"),
        ("x" * 201, "title_too_long"),
        pytest.param("x" * 2_000_000, "title_too_long", id="huge"),
        ("two\nlines", "invalid_title"),
        ("two\u2028lines", "invalid_title"),
        ("nul\x00", "invalid_title"),
        ("\ud800", "invalid_title"),
        (7, "invalid_title"),
    ],
)
def test_title_is_refused(title: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_title(title)
    assert refusal.value.code == code
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("reference", ["", "PO-17/3", "x" * 200])
def test_reference_passes(reference: str) -> None:
    validate_reference(reference)


@pytest.mark.parametrize(
    ("reference", "code"),
    [("x" * 201, "reference_too_long"), ("a\rb", "invalid_reference"), (None, "invalid_reference")],
)
def test_reference_is_refused(reference: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_reference(reference)
    assert refusal.value.code == code


def test_tags_are_trimmed_and_distinct() -> None:
    assert clean_tags("News, sport , ,news,\u200b") == ["News", "sport"]
    assert clean_tags([" a ", "b", "A"]) == ["a", "b"]
    assert clean_tags("") == clean_tags([]) == []


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([f"tag {number}" for number in range(21)], "too_many_tags"),
        ("x" * 51, "tag_too_long"),
        (["a, b"], "invalid_tag"),
        (["a\nb"], "invalid_tag"),
        ([7], "invalid_tag"),
    ],
)
def test_tags_are_refused(tags: list[str] | str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_tags(tags)
    assert refusal.value.code == code
