from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_atomic, team_scope
from dubbing.models import Asset, MonthTotal, OutboxMessage, SpendEntry
from dubbing.remote.errors import RejectedError
from dubbing.services import money, outbox, outcomes
from dubbing.services.actors import DESK
from dubbing.services.assets import submit_asset
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.releases import held_messages, release_messages
from dubbing.services.takebacks import send_now, take_back
from dubbing.states import MessageState, SpendState
from tests.builders import make_connection, make_team
from tests.work import work_once


def set_rates(team: Team, **changes: object) -> None:
    fields: dict[str, object] = {
        "currency": "eur",
        "per_minute": Decimal(2),
        "per_minute_fast": None,
        "rounding": "second",
        "monthly_ceiling": None,
    }
    money.change_rates(team=team, actor=DESK, **(fields | changes))  # type: ignore[arg-type]


def order(team: Team, *languages: str, end_time: str = "60") -> OutboxMessage:
    """A linked video of a minute."""
    draft = AssetDraft(
        locale="en-US",
        languages=[LanguageDraft(code) for code in languages or ("de-DE",)],
        media_url="https://media.example.org/a.mp4",
        end_time=end_time,
    )
    asset = submit_asset(team=team, actor=DESK, draft=draft)
    message: OutboxMessage = asset.messages.get()
    return message


def total() -> Decimal:
    """As kept; held against its lines each time it is asked for."""
    row = MonthTotal.objects.get(currency="EUR")
    assert money.recount(total=row) == (row.amount, row.minutes)
    return row.amount


def states(message: OutboxMessage) -> set[str]:
    return set(message.spending.values_list("state", flat=True))


@pytest.fixture
def team(in_team: Team) -> Team:
    make_connection(in_team)
    return in_team


def test_every_dub_has_its_line(team):
    set_rates(team)
    message = order(team, "de-DE", "fr-FR")
    assert [line.amount for line in message.spending.all()] == [Decimal(2), Decimal(2)]
    assert total() == Decimal(4)


def test_taking_back_gives_the_money_back_and_sending_again_counts_it(team):
    set_rates(team)
    message = order(team)
    take_back(message=message, actor=DESK)
    assert (states(message), total()) == ({SpendState.TAKEN_BACK}, Decimal(0))
    outbox.retry_message(message=message, actor=DESK)
    assert (states(message), total()) == ({SpendState.COUNTED}, Decimal(2))


def test_a_refusal_gives_the_money_back(team):
    set_rates(team)
    message = order(team)
    OutboxMessage.objects.update(due_at=timezone.now())
    claimed = outbox.claim_message(message_id=message.pk, now=timezone.now())
    outcomes.settle_refused(message=claimed, error=RejectedError(400, "No."))
    assert (states(message), total()) == ({SpendState.TAKEN_BACK}, Decimal(0))


def test_an_unknown_outcome_stays_counted(team):
    set_rates(team)
    message = order(team)
    OutboxMessage.objects.update(due_at=timezone.now())
    claimed = outbox.claim_message(message_id=message.pk, now=timezone.now())
    outcomes.settle_unconfirmed(message=claimed, reason="Nobody knows.")
    assert (states(message), total()) == ({SpendState.COUNTED}, Decimal(2))


def test_above_the_ceiling_it_waits_and_is_never_sent(team):
    set_rates(team, monthly_ceiling=Decimal(3))
    first, second = order(team), order(team)
    assert (first.held_at is None, second.held_at is None) == (True, False)
    assert (states(second), total()) == ({SpendState.HELD}, Decimal(2))
    with pytest.raises(ValidationError) as refusal:
        send_now(message=second)
    assert refusal.value.code == "held"
    OutboxMessage.objects.update(due_at=timezone.now())
    work_once()
    second.refresh_from_db()
    assert (second.state, second.attempts) == (MessageState.WAITING, 0)


def test_exactly_at_the_ceiling_it_goes(team):
    set_rates(team, monthly_ceiling=Decimal(2))
    assert order(team).held_at is None


def test_an_owner_releases_it_once(team):
    set_rates(team, monthly_ceiling=Decimal(0))
    message = order(team)
    assert list(held_messages()) == [message]
    assert release_messages(messages=[message], actor=DESK) == 1
    assert release_messages(messages=[message], actor=DESK) == 0
    assert (states(message), total()) == ({SpendState.COUNTED}, Decimal(2))
    OutboxMessage.objects.update(due_at=timezone.now())
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is not None


def test_a_held_one_is_taken_back_without_touching_the_total(team):
    set_rates(team, monthly_ceiling=Decimal(0))
    message = order(team)
    take_back(message=message, actor=DESK)
    assert (states(message), total()) == ({SpendState.TAKEN_BACK}, Decimal(0))
    outbox.retry_message(message=message, actor=DESK)
    assert (states(message), total()) == ({SpendState.HELD}, Decimal(0))


def test_a_length_that_becomes_known_is_counted_then(team):
    set_rates(team)
    message = order(team, "de-DE", "fr-FR", end_time="")
    assert (message.spending.filter(minutes=None).count(), total()) == (2, Decimal(0))
    with team_atomic():
        asset = Asset.objects.select_for_update().get(pk=message.asset_id)
        asset.duration_seconds = Decimal(90)
        asset.save()
        money.correct_lengths(asset=asset)
    assert total() == Decimal(6)


def test_without_a_rate_card_minutes_are_counted(team):
    message = order(team)
    line = message.spending.get()
    assert (line.minutes, line.rate, line.amount) == (Decimal(1), None, Decimal(0))


def test_a_film_tells_the_length_that_nobody_else_told(team):
    set_rates(team)
    message = order(team, "de-DE", "fr-FR", end_time="")
    german = message.asset.dubbings.get(locale="de-DE")
    with team_atomic():
        money.correct_dub(dubbing=german, seconds=Decimal(90))
    assert (message.spending.get(minutes=None).dubbing.locale_id, total()) == ("fr-FR", Decimal(3))
    with team_atomic():
        money.correct_dub(dubbing=german, seconds=Decimal(600))
    assert total() == Decimal(3), "what is known already stays"


def test_a_held_one_whose_length_becomes_known_is_not_counted_yet(team):
    set_rates(team, monthly_ceiling=Decimal(1))
    order(team, end_time="30")
    message = order(team, end_time="60")
    SpendEntry.objects.filter(message=message).update(minutes=None, amount=0)
    with team_atomic():
        money.correct_dub(dubbing=message.asset.dubbings.get(), seconds=Decimal(60))
    assert (states(message), total()) == ({SpendState.HELD}, Decimal(1))
    release_messages(messages=[message], actor=DESK)
    assert total() == Decimal(3)


def test_new_rates_leave_old_lines_as_they_were(team):
    set_rates(team)
    message = order(team)
    set_rates(team, per_minute=Decimal(5))
    assert message.spending.get().amount == Decimal(2)
    assert order(team).spending.get().amount == Decimal(5)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"per_minute": Decimal(-1)}, "per_minute"),
        ({"monthly_ceiling": Decimal(-1)}, "monthly_ceiling"),
        ({"rounding": "upwards"}, "rounding"),
    ],
)
def test_nonsense_rates_are_refused(team, changes, field):
    with pytest.raises(ValidationError) as refusal:
        set_rates(team, **changes)
    assert set(refusal.value.message_dict) == {field}


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_cannot_both_pass_the_ceiling():
    team = make_team()
    make_connection(team)
    with team_scope(team.pk):
        set_rates(team, monthly_ceiling=Decimal(3))
    together = threading.Barrier(2)

    def press_send() -> None:
        try:
            with team_scope(team.pk):
                together.wait(timeout=10)
                order(team)
        finally:
            connection.close()

    threads = [threading.Thread(target=press_send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with team_scope(team.pk):
        found = sorted(SpendEntry.objects.values_list("state", flat=True))
        assert found == [SpendState.COUNTED, SpendState.HELD]
        assert total() == Decimal(2)
