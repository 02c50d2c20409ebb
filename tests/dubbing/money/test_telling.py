from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from config.celery import app
from dubbing import wake
from dubbing.models import MonthTotal, OutboxMessage
from dubbing.services import money, sweep
from dubbing.services.actors import DESK, Actor
from dubbing.services.money.telling import TOLD_AGAIN_AFTER
from dubbing.services.releases import release_messages
from dubbing.services.takebacks import take_back
from tests.builders import make_connection, make_member
from tests.dubbing.money.test_ledger import order, set_rates


@pytest.fixture
def team(in_team: Team, alice: User) -> Team:
    """Alice owns it."""
    make_connection(in_team)
    set_rates(in_team, monthly_ceiling=Decimal(0))
    return in_team


def tell() -> MonthTotal:
    """As if its moment had come."""
    MonthTotal.objects.exclude(tell_due_at=None).update(tell_due_at=timezone.now())
    total: MonthTotal = MonthTotal.objects.get()
    money.tell_owners(total_id=total.pk)
    return MonthTotal.objects.get()


def test_owners_are_told_once_of_all_that_waits(team, alice):
    make_member(team, Role.PRODUCER)
    order(team, "de-DE", "fr-FR"), order(team)
    total = tell()
    (told,) = mail.outbox
    assert told.to == [alice.email]
    assert told.subject == f"2 commands of {team.name} wait for your release"
    assert "6.00\xa0EUR" in told.body and "Asked by The desk." in told.body
    assert "/money/" in told.body
    assert total.tell_due_at is None and total.told_at is not None
    tell()
    assert len(mail.outbox) == 1


def test_mail_names_who_asked(team, alice):
    message = order(team)
    OutboxMessage.objects.filter(pk=message.pk).update(actor=alice)
    tell()
    assert f"Asked by {alice}." in mail.outbox[0].body
    assert mail.outbox[0].subject.startswith("1 command of")


def test_nothing_is_told_early_or_of_what_no_longer_waits(team):
    message = order(team)
    total = MonthTotal.objects.get()
    assert total.tell_due_at > timezone.now()
    money.tell_owners(total_id=total.pk)
    assert mail.outbox == [] and MonthTotal.objects.get().tell_due_at == total.tell_due_at
    take_back(message=message, actor=DESK)
    assert tell().tell_due_at is None
    assert mail.outbox == []


def test_what_begins_to_wait_soon_after_a_mail_is_told_an_hour_after_it(team):
    order(team)
    told_at = tell().told_at
    order(team)
    assert MonthTotal.objects.get().tell_due_at == told_at + TOLD_AGAIN_AFTER
    tell()
    assert mail.outbox[1].subject.startswith("2 commands of")


def test_mail_server_that_is_down_is_tried_again(team, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError("nobody listens")

    order(team)
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        total = tell()
    assert total.told_at is None
    assert total.tell_due_at > timezone.now() + timedelta(minutes=9)
    tell()
    assert len(mail.outbox) == 1


def test_sweep_finds_what_is_to_be_told(team, monkeypatch):
    heard: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: heard.append((name, tuple(args))))
    order(team)
    MonthTotal.objects.update(tell_due_at=timezone.now())
    total = MonthTotal.objects.get()
    sweep.sweep()
    assert (wake.TELL, (str(team.pk), str(total.pk))) in heard


def test_what_is_under_the_ceiling_or_released_asks_for_no_mail(team, alice):
    set_rates(team, monthly_ceiling=Decimal(100))
    order(team)
    assert MonthTotal.objects.get().tell_due_at is None
    set_rates(team, monthly_ceiling=Decimal(0))
    release_messages(messages=[order(team)], actor=Actor(user=alice))
    assert tell().told_at is not None
    assert mail.outbox == []
