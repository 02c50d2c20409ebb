"""Minutes × languages × rate, in Decimal. No queries here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from dubbing.models import RateCard
from dubbing.states import LipsModel, Rounding

CENT = Decimal("0.01")
MINUTE = Decimal(60)
# What a column of minutes keeps.
FRACTION = Decimal("0.0001")


@dataclass(frozen=True)
class Piece:
    """One video of an order. `seconds`: what of it is dubbed; None where its length is unknown."""

    seconds: Decimal | None
    languages: int
    lips_model: str = ""


@dataclass(frozen=True)
class Estimate:
    """`minutes` count every language. `amount` is None without a rate card."""

    videos: int
    dubs: int
    minutes: Decimal
    amount: Decimal | None
    currency: str
    videos_of_unknown_length: int = 0


def dubbed_seconds(
    *, duration: Decimal | None, start: Decimal | None, end: Decimal | None
) -> Decimal | None:
    """The trimmed length; None where the end of the video is not known."""
    last = end if end is not None else duration
    if last is None:
        return None
    if duration is not None:
        last = min(last, duration)
    return max(Decimal(0), last - (start or Decimal(0)))


def billed_minutes(seconds: Decimal, rounding: str) -> Decimal:
    minutes = seconds / MINUTE
    if rounding == Rounding.STARTED_MINUTE:
        return minutes.to_integral_value(ROUND_CEILING)
    return minutes.quantize(FRACTION, ROUND_HALF_UP)


def rate_of(card: RateCard, lips_model: str) -> Decimal:
    if lips_model == LipsModel.FAST and card.per_minute_fast is not None:
        return card.per_minute_fast
    return card.per_minute


def cost_of(minutes: Decimal, rate: Decimal) -> Decimal:
    """Of one dub, in whole cents: a sum of many is the sum of what each line says."""
    return (minutes * rate).quantize(CENT, ROUND_HALF_UP)


def estimate(pieces: Iterable[Piece], *, card: RateCard | None) -> Estimate:
    videos = dubs = unknown = 0
    minutes = amount = Decimal(0)
    rounding = card.rounding if card else Rounding.SECOND
    for piece in pieces:
        videos += 1
        dubs += piece.languages
        if piece.seconds is None:
            unknown += 1
            continue
        each = billed_minutes(piece.seconds, rounding)
        minutes += each * piece.languages
        if card is not None:
            amount += cost_of(each, rate_of(card, piece.lips_model)) * piece.languages
    return Estimate(
        videos=videos,
        dubs=dubs,
        minutes=minutes,
        amount=amount if card else None,
        currency=card.currency if card else "",
        videos_of_unknown_length=unknown,
    )
