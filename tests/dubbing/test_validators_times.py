from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from dubbing.validators import format_timecode, parse_timecode, validate_trim


@pytest.mark.parametrize(
    ("given_time", "seconds"),
    [
        ("90", "90"), ("90.5", "90.5"), ("90,5", "90.5"), (" 1:30 ", "90"), ("90:00", "5400"),
        ("1:02:03.250", "3723.25"), ("0:00:00.001", "0.001"), ("1.5000", "1.5"), ("-0", "0"),
        (90, "90"), (90.5, "90.5"), (Decimal("0.123"), "0.123"), (0.0, "0"), (-0.0, "0"),
        ("99:59:59.999", "359999.999"),
    ],
)  # fmt: skip
def test_time_is_read_as_seconds(given_time: str | float, seconds: str) -> None:
    parsed = parse_timecode(given_time)
    assert parsed == Decimal(seconds)
    assert str(parsed).partition(".")[2] == seconds.partition(".")[2].ljust(3, "0")
    assert not parsed.is_signed()


@pytest.mark.parametrize(
    ("given_time", "code"),
    [
        ("", "invalid_time"), ("soon", "invalid_time"), ("NaN", "invalid_time"),
        ("inf", "invalid_time"), ("1e3", "invalid_time"), ("1:60", "invalid_time"),
        ("1:60:00", "invalid_time"), ("1:2:3:4", "invalid_time"), ("٣", "invalid_time"),
        ("100:00:00", "invalid_time"), ("5.", "invalid_time"),
        pytest.param("9" * 2_000_000, "invalid_time", id="huge text"),
        (float("nan"), "invalid_time"), (float("inf"), "invalid_time"), (True, "invalid_time"),
        (Decimal("NaN"), "invalid_time"), (Decimal("sNaN"), "invalid_time"),
        (Decimal("1e999999"), "invalid_time"),
        pytest.param(10**5000, "invalid_time", id="huge number"), (None, "invalid_time"),
        ("-1", "negative_time"), ("-0:01", "negative_time"), (-0.5, "negative_time"),
        pytest.param(-(10**5000), "negative_time", id="huge negative"),
        (Decimal("-1e-9"), "negative_time"),
        ("1.0001", "too_fine_time"), (0.1 + 0.2, "too_fine_time"),
        (Decimal("1e-999999"), "too_fine_time"),
    ],
)  # fmt: skip
def test_no_time_is_refused(given_time: str | float, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        parse_timecode(given_time)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("seconds", "text"),
    [("0", "0:00"), ("90", "1:30"), ("90.25", "1:30.250"), ("7510", "2:05:10"),
     ("3600.001", "1:00:00.001"), ("-5", "-0:05")],
)  # fmt: skip
def test_time_is_written_for_people(seconds: str, text: str) -> None:
    assert format_timecode(Decimal(seconds)) == text


@given(st.decimals(min_value=0, max_value="359999.999", places=3))
def test_written_time_reads_back(seconds: Decimal) -> None:
    assert parse_timecode(format_timecode(seconds)) == seconds


def trim(start: str | None, end: str | None, duration: str | None) -> None:
    start_time, end_time, length = (
        Decimal(moment) if moment is not None else None for moment in (start, end, duration)
    )
    validate_trim(start=start_time, end=end_time, duration=length)


@pytest.mark.parametrize(
    "moments",
    [(None, None, None), ("0", None, "5"), (None, "5", "5"), ("1", "1.001", None),
     ("4.9", None, "5")],
)  # fmt: skip
def test_trim_within_the_video_passes(moments: tuple[str | None, ...]) -> None:
    trim(*moments)


@pytest.mark.parametrize(
    ("moments", "code", "words"),
    [
        (("2", "2", None), "trim_order", "must come after"),
        (("3", "2", None), "trim_order", "must come after"),
        ((None, "0", None), "trim_order", "must come after"),
        (("-1", None, None), "negative_time", "negative"),
        ((None, "-1", None), "negative_time", "negative"),
        (("5", None, "5"), "trim_outside", "0:05 long"),
        ((None, "75.001", "75"), "trim_outside", "1:15 long"),
    ],
)
def test_impossible_trim_is_explained(
    moments: tuple[str | None, ...], code: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        trim(*moments)
    assert refusal.value.code == code
