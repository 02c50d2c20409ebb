from __future__ import annotations

import math
import re
from decimal import Decimal

from django.core.exceptions import ValidationError

MAX_TIME_SECONDS = 360_000  # 100 hours: what a DecimalField(max_digits=9, decimal_places=3) holds
MILLISECOND = Decimal("0.001")
CLOCK = re.compile(
    r"(?P<sign>-?)(?:(?:(?P<hours>[0-9]{1,9}):)?(?P<minutes>[0-9]{1,9}):)?"
    r"(?P<seconds>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,12}))?"
)
TOO_LATE = "A time of 100 hours or more is beyond any video."
HOW_TO_WRITE = "Write seconds (90.5) or hours, minutes and seconds (1:02:03.250)."


def parse_timecode(text: str | float | int | Decimal) -> Decimal:
    """Seconds with three decimals, from `90`, `90,5`, `1:30` or `1:02:03.250`."""
    seconds = _from_text(text) if isinstance(text, str) else _from_number(text)
    if seconds < 0:
        raise _negative()
    if seconds >= MAX_TIME_SECONDS:
        raise _invalid(TOO_LATE)
    exact = seconds.quantize(MILLISECOND)
    if exact != seconds:
        raise ValidationError(
            "A time goes down to the millisecond: three digits after the point at most.",
            code="too_fine_time",
        )
    return abs(exact)  # -0 is 0


def _from_text(text: str) -> Decimal:
    parts = CLOCK.fullmatch(text.strip())
    if parts is None:
        raise _invalid("This is not a time.")
    hours, minutes = int(parts["hours"] or 0), int(parts["minutes"] or 0)
    whole = int(parts["seconds"])
    if (parts["minutes"] and whole > 59) or (parts["hours"] and minutes > 59):
        raise _invalid("Minutes and seconds behind a colon go up to 59.")
    seconds = hours * 3600 + minutes * 60 + Decimal(f"{whole}.{parts['fraction'] or 0}")
    return -seconds if parts["sign"] else seconds


def _from_number(number: float | int | Decimal) -> Decimal:
    if isinstance(number, bool) or not isinstance(number, (int, float, Decimal)):
        raise _invalid("This is not a time.")
    if not _is_finite(number):
        raise _invalid("This is not a time.")
    if number < 0:
        raise _negative()
    # Before it is converted: 10**5000 has no text.
    if number >= MAX_TIME_SECONDS:
        raise _invalid(TOO_LATE)
    return Decimal(str(number))


def _is_finite(number: float | int | Decimal) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite()
    return isinstance(number, int) or math.isfinite(number)


def _negative() -> ValidationError:
    return ValidationError("A time cannot be negative; a video starts at 0.", code="negative_time")


def _invalid(message: str) -> ValidationError:
    return ValidationError(f"{message} {HOW_TO_WRITE}", code="invalid_time")


def format_timecode(seconds: Decimal | float | int) -> str:
    """`1:30`, `2:05:10`, with milliseconds only where there are some: `1:30.250`."""
    milliseconds = round(Decimal(str(seconds)) * 1000)
    sign = "-" if milliseconds < 0 else ""
    whole, rest = divmod(abs(milliseconds), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    clock = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{sign}{clock}.{rest:03}" if rest else f"{sign}{clock}"


def validate_trim(*, start: Decimal | None, end: Decimal | None, duration: Decimal | None) -> None:
    """All in seconds of the source video; `duration` is None while nobody has measured it."""
    begin = start if start is not None else Decimal(0)
    if begin < 0 or (end is not None and end < 0):
        raise _negative()
    if end is not None and end <= begin:
        raise ValidationError(
            f"The end ({format_timecode(end)}) must come after the start "
            f"({format_timecode(begin)}).",
            code="trim_order",
        )
    if duration is None:
        return
    if begin and begin >= duration:
        raise _outside("start", begin, duration)
    if end is not None and end > duration:
        raise _outside("end", end, duration)


def _outside(which: str, moment: Decimal, duration: Decimal) -> ValidationError:
    return ValidationError(
        f"The {which} ({format_timecode(moment)}) lies beyond the video, which is "
        f"{format_timecode(duration)} long. Choose an earlier {which}.",
        code="trim_outside",
    )
