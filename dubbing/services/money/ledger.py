"""One line per dub, and the month's total that is kept in step with the lines.

The total's row is the lock: two orders near the ceiling pass one after the other. It is always
the last row that a transaction locks, after the asset's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from dubbing.models import Asset, Dubbing, MonthTotal, OutboxMessage, RateCard, SpendEntry
from dubbing.services.actors import Actor
from dubbing.services.money.estimates import billed_minutes, cost_of, dubbed_seconds, rate_of
from dubbing.services.money.rates import current_rates
from dubbing.services.money.telling import ask_to_tell
from dubbing.states import Rounding, SpendState

ZERO = Decimal(0)


@dataclass(frozen=True)
class Charge:
    """A command that is about to be written, and the dubs that it starts."""

    message: OutboxMessage
    asset: Asset
    dubbings: Sequence[Dubbing]


def month_of(moment: datetime) -> date:
    """Months begin at midnight UTC for everybody."""
    return moment.astimezone(timezone.get_default_timezone()).date().replace(day=1)


def charge(*, team_id: uuid.UUID, charges: Sequence[Charge], actor: Actor) -> list[SpendEntry]:
    """Counts what the commands cost and holds those that would go above the ceiling.

    In the caller's transaction. Sets `held_at` on the messages, which are not saved yet, and
    returns the lines, to be saved after them.
    """
    card = current_rates(team_id=team_id)
    now = timezone.now()
    lines = [
        [_line(one, dubbing, card, actor, month_of(now)) for dubbing in one.dubbings]
        for one in charges
    ]
    if not any(lines):
        return []
    total = _locked_total(team_id, month_of(now), card.currency if card else "")
    for one, own in zip(charges, lines, strict=True):
        if _is_above(card, total.amount + sum((line.amount for line in own), ZERO)):
            one.message.held_at = now
            for line in own:
                line.state = SpendState.HELD
        else:
            _add(total, own)
    total.save(update_fields=["amount", "minutes"])
    if any(one.message.held_at for one in charges):
        ask_to_tell(total)
    return [line for own in lines for line in own]


def give_back(*, message: OutboxMessage) -> None:
    """It will not be carried out: its lines no longer count. In the caller's transaction."""
    lines = list(message.spending.exclude(state=SpendState.TAKEN_BACK))
    _uncount(line for line in lines if line.state == SpendState.COUNTED)
    message.spending.update(state=SpendState.TAKEN_BACK)
    OutboxMessage.objects.filter(pk=message.pk).update(held_at=None)
    message.held_at = None


def charge_again(*, message: OutboxMessage) -> None:
    """What was given back goes out once more, in this month and against its ceiling."""
    lines = list(message.spending.filter(state=SpendState.TAKEN_BACK))
    if not lines:
        return
    card, now = current_rates(team_id=message.team_id), timezone.now()
    total = _locked_total(message.team_id, month_of(now), lines[0].currency)
    is_held = _is_above(card, total.amount + sum((line.amount for line in lines), ZERO))
    message.held_at = now if is_held else None
    OutboxMessage.objects.filter(pk=message.pk).update(held_at=message.held_at)
    message.spending.filter(pk__in=[line.pk for line in lines]).update(
        state=SpendState.HELD if is_held else SpendState.COUNTED, month=total.month
    )
    if is_held:
        ask_to_tell(total)
        return
    _add(total, lines)
    total.save(update_fields=["amount", "minutes"])


def count_held(*, message: OutboxMessage) -> None:
    """An owner lets it go: its lines count, in the month of the release."""
    month = month_of(timezone.now())
    for line in message.spending.filter(state=SpendState.HELD):
        total = _locked_total(message.team_id, month, line.currency)
        _add(total, [line])
        total.save(update_fields=["amount", "minutes"])
    message.spending.filter(state=SpendState.HELD).update(state=SpendState.COUNTED, month=month)


def correct_lengths(*, asset: Asset) -> None:
    """A video's length has become known: its lines are worked out. The asset is locked."""
    seconds = _seconds_of(asset)
    if seconds is not None:
        for line in asset.spending.filter(minutes=None):
            _work_out(line, seconds)


def correct_dub(*, dubbing: Dubbing, seconds: Decimal) -> None:
    """A film has arrived whose video's length nobody knew: it is as long as what was dubbed.

    The asset is locked.
    """
    for line in SpendEntry.objects.filter(dubbing=dubbing, minutes=None):
        _work_out(line, seconds)


def recount(*, total: MonthTotal) -> tuple[Decimal, Decimal]:
    """The month's amount and minutes by its lines, which the total should equal."""
    lines = SpendEntry.objects.filter(
        team_id=total.team_id,
        month=total.month,
        currency=total.currency,
        state=SpendState.COUNTED,
    ).aggregate(amount=Coalesce(Sum("amount"), ZERO), minutes=Coalesce(Sum("minutes"), ZERO))
    return lines["amount"], lines["minutes"]


def _line(
    one: Charge, dubbing: Dubbing, card: RateCard | None, actor: Actor, month: date
) -> SpendEntry:
    seconds = _seconds_of(one.asset)
    rounding = card.rounding if card else Rounding.SECOND
    minutes = None if seconds is None else billed_minutes(seconds, rounding)
    rate = rate_of(card, one.asset.lips_model) if card else None
    is_known = minutes is not None and rate is not None
    return SpendEntry(
        team_id=one.asset.team_id,
        asset=one.asset,
        dubbing=dubbing,
        message=one.message,
        state=SpendState.COUNTED,
        month=month,
        minutes=minutes,
        currency=card.currency if card else "",
        rate=rate,
        rounding=rounding,
        amount=cost_of(minutes, rate) if is_known else ZERO,  # type: ignore[arg-type]
        created_by=actor.user,
        created_by_key=actor.key,
    )


def _work_out(line: SpendEntry, seconds: Decimal) -> None:
    line.minutes = billed_minutes(seconds, line.rounding)
    line.amount = ZERO if line.rate is None else cost_of(line.minutes, line.rate)
    line.save(update_fields=["minutes", "amount"])
    if line.state == SpendState.COUNTED:
        total = _locked_total(line.team_id, line.month, line.currency)
        _add(total, [line])
        total.save(update_fields=["amount", "minutes"])


def _seconds_of(asset: Asset) -> Decimal | None:
    return dubbed_seconds(
        duration=asset.duration_seconds, start=asset.start_time, end=asset.end_time
    )


def _is_above(card: RateCard | None, amount: Decimal) -> bool:
    return card is not None and card.monthly_ceiling is not None and amount > card.monthly_ceiling


def _locked_total(team_id: uuid.UUID, month: date, currency: str) -> MonthTotal:
    rows = MonthTotal.objects.select_for_update().filter(
        team_id=team_id, month=month, currency=currency
    )
    total: MonthTotal | None = rows.first()
    if total is None:
        fresh = MonthTotal(team_id=team_id, month=month, currency=currency)
        MonthTotal.objects.bulk_create([fresh], ignore_conflicts=True)
        total = rows.get()
    return total


def _add(total: MonthTotal, lines: Iterable[SpendEntry]) -> None:
    for line in lines:
        total.amount += line.amount
        total.minutes += line.minutes or ZERO


def _uncount(lines: Iterable[SpendEntry]) -> None:
    for line in lines:
        MonthTotal.objects.filter(
            team_id=line.team_id, month=line.month, currency=line.currency
        ).update(amount=F("amount") - line.amount, minutes=F("minutes") - (line.minutes or ZERO))
