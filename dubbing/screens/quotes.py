"""What an order comes to, said before the verb."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from dubbing.models import Asset, MonthTotal, RateCard, Upload
from dubbing.services.linkchecks import link_seconds
from dubbing.services.money import (
    Estimate,
    Piece,
    current_rates,
    dubbed_seconds,
    estimate,
    month_of,
)
from dubbing.services.uploads import named_upload
from dubbing.validators import parse_timecode


@dataclass(frozen=True)
class Quote:
    """`spent`: what the month has come to before this order."""

    estimate: Estimate
    card: RateCard | None
    spent: Decimal

    @property
    def has_price(self) -> bool:
        return self.estimate.amount is not None

    @property
    def will_wait(self) -> bool:
        """It goes above the ceiling: an owner is asked before it is sent."""
        if self.card is None or self.card.monthly_ceiling is None or self.estimate.amount is None:
            return False
        return self.spent + self.estimate.amount > self.card.monthly_ceiling

    @property
    def is_partly_unknown(self) -> bool:
        return bool(self.estimate.videos_of_unknown_length)

    @property
    def is_unknown(self) -> bool:
        return self.estimate.videos_of_unknown_length == self.estimate.videos

    @property
    def known_minutes(self) -> Decimal | None:
        return None if self.is_unknown else self.estimate.minutes

    @property
    def known_amount(self) -> Decimal | None:
        return None if self.is_unknown else self.estimate.amount


def quote_for(*, team_id: uuid.UUID, pieces: Iterable[Piece]) -> Quote:
    card = current_rates(team_id=team_id)
    spent = Decimal(0)
    if card is not None:
        month = MonthTotal.objects.filter(
            team_id=team_id, month=month_of(timezone.now()), currency=card.currency
        )
        spent = month.values_list("amount", flat=True).first() or spent
    return Quote(estimate(pieces, card=card), card, spent)


def piece_of(asset: Asset, *, languages: int) -> Piece:
    """More languages, or all of them anew, for a video that is there."""
    seconds = dubbed_seconds(
        duration=asset.duration_seconds, start=asset.start_time, end=asset.end_time
    )
    return Piece(seconds, languages, asset.lips_model)


def typed_piece(typed: QueryDict) -> Piece:
    """What a form holds at this moment, right or wrong: what cannot be read counts as unknown."""
    start, end = _time(typed.get("start_time", "")), _time(typed.get("end_time", ""))
    seconds = dubbed_seconds(duration=_length(typed), start=start, end=end)
    return Piece(seconds, len(set(typed.getlist("languages"))), typed.get("lips_model", ""))


def source_seconds(*, upload: Upload | None, media_url: str) -> Decimal | None:
    """How long a video is, as far as the desk has seen it."""
    if upload is not None:
        told = upload.facts.get("duration")
        return Decimal(told) if told else None
    return link_seconds(media_url.strip())


def _length(typed: QueryDict) -> Decimal | None:
    try:
        upload = named_upload(typed.get("upload", ""))
    except ValidationError:
        return None
    return source_seconds(upload=upload, media_url=typed.get("media_url", ""))


def _time(text: str) -> Decimal | None:
    try:
        return parse_timecode(text) if text.strip() else None
    except ValidationError:
        return None
