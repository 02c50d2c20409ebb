from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Team
from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.remote.errors import NotSentError, RejectedError
from dubbing.services import outbox, outcomes
from dubbing.services.actors import DESK, Actor
from dubbing.services.versions import generate_version, revise_version
from dubbing.states import (
    AssetStatus,
    DubbingStatus,
    Kind,
    MessageState,
    Stage,
    VersionStatus,
)
from tests.builders import make_asset, make_connection, make_dubbing, make_version


@pytest.fixture
def new_asset(in_team: Team) -> Asset:
    """Given by a person, not yet sent; nothing listens at its connection's address."""
    return make_asset(in_team, remote_id="", status=AssetStatus.SENDING)


@pytest.fixture
def creation(new_asset: Asset) -> OutboxMessage:
    dubbing = make_dubbing(new_asset, status=DubbingStatus.SENDING, stage=Stage.SENDING)
    payload = {"dubbings": [str(dubbing.pk)]}
    return outbox.enqueue_message(asset=new_asset, kind=Kind.CREATE, actor=DESK, payload=payload)


def test_message_to_a_closed_port_waits_and_says_why(creation):
    outbox.deliver_message(message_id=creation.pk)
    creation.refresh_from_db()
    assert creation.state == MessageState.WAITING
    assert creation.attempts == 1
    assert "could not be reached" in creation.error_message
    assert creation.lease_until is None


def test_a_claimed_message_is_not_claimed_again(creation):
    now = timezone.now()
    assert outbox.claim_message(message_id=creation.pk, now=now) is not None
    assert outbox.claim_message(message_id=creation.pk, now=now) is None


def test_a_message_not_yet_due_is_left_alone(creation):
    OutboxMessage.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    outbox.deliver_message(message_id=creation.pk)
    creation.refresh_from_db()
    assert creation.attempts == 0


def test_retry_after_is_obeyed(creation):
    message = outbox.claim_message(message_id=creation.pk, now=timezone.now())
    outbox.put_back(
        message=message, error=NotSentError("later", retry_after=120), now=timezone.now()
    )
    creation.refresh_from_db()
    assert 119 <= (creation.due_at - timezone.now()).total_seconds() <= 120


def test_after_a_day_of_trying_it_is_refused(creation):
    message = outbox.claim_message(message_id=creation.pk, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        outbox.put_back(message=message, error=NotSentError("nobody there"), now=timezone.now())
    creation.refresh_from_db()
    assert creation.state == MessageState.REFUSED
    assert "nobody there" in creation.error_message


def test_refusal_is_shown_on_asset_and_language(creation, new_asset):
    message = outbox.claim_message(message_id=creation.pk, now=timezone.now())
    outcomes.settle_refused(message=message, error=RejectedError(400, "locale is not supported"))
    creation.refresh_from_db()
    new_asset.refresh_from_db()
    assert (creation.state, creation.status_code) == (MessageState.REFUSED, 400)
    assert new_asset.status == AssetStatus.NOT_SENT
    assert new_asset.error_message == "locale is not supported"
    assert Dubbing.objects.get().stage == Stage.NOT_SENT


def test_worker_that_died_while_sending_leaves_an_unknown_outcome(creation, new_asset):
    now = timezone.now()
    outbox.claim_message(message_id=creation.pk, now=now)
    later = now + timedelta(minutes=5)
    outbox.settle_abandoned(message_id=creation.pk, now=later)
    creation.refresh_from_db()
    new_asset.refresh_from_db()
    assert creation.state == MessageState.UNCONFIRMED
    assert new_asset.status == AssetStatus.UNCONFIRMED
    assert Dubbing.objects.get().stage == Stage.UNCONFIRMED


def test_late_answer_does_not_touch_what_another_worker_has(creation):
    first = outbox.claim_message(message_id=creation.pk, now=timezone.now())
    OutboxMessage.objects.update(state=MessageState.SENDING, attempts=2)
    outcomes.settle_refused(message=first, error=RejectedError(400, "no"))
    creation.refresh_from_db()
    assert creation.state == MessageState.SENDING


def test_renewed_lease_keeps_the_sweep_away(creation):
    now = timezone.now()
    message = outbox.claim_message(message_id=creation.pk, now=now)
    lease = outbox.lease_of(message)
    lease.keep()
    creation.refresh_from_db()
    assert creation.lease_until == message.lease_until
    OutboxMessage.objects.update(lease_until=now - timedelta(seconds=1))
    lease.renewed -= settings.LEASE_SECONDS / 2
    lease.keep()
    assert not OutboxMessage.objects.abandoned(now).exists()


def test_person_sends_refused_again(creation, new_asset, alice):
    message = outbox.claim_message(message_id=creation.pk, now=timezone.now())
    outcomes.settle_refused(message=message, error=RejectedError(403, "limit"))
    outbox.retry_message(message=creation, actor=Actor(user=alice))
    creation.refresh_from_db()
    new_asset.refresh_from_db()
    assert creation.state == MessageState.WAITING
    assert new_asset.status == AssetStatus.SENDING
    assert new_asset.history.filter(actor=alice).exists()


def test_what_waits_cannot_be_retried(creation):
    with pytest.raises(ValidationError) as refusal:
        outbox.retry_message(message=creation, actor=DESK)
    assert refusal.value.code == "not_retryable"


@pytest.fixture
def version(in_team: Team) -> Version:
    return make_version(make_asset(in_team))


def test_generate_puts_one_message_out_and_shows_it(version):
    generate_version(version=version, actor=DESK)
    version.dubbing.refresh_from_db()
    assert version.dubbing.stage == Stage.SENDING
    assert OutboxMessage.objects.get().kind == Kind.GENERATE


def test_double_click_on_generate_sends_once(version):
    generate_version(version=version, actor=DESK)
    with pytest.raises(ValidationError) as refusal:
        generate_version(version=version, actor=DESK)
    assert refusal.value.code == "already_sending"
    assert OutboxMessage.objects.count() == 1


def test_generate_needs_an_open_version(in_team):
    version = make_version(make_asset(in_team), status=VersionStatus.NOT_READY)
    with pytest.raises(ValidationError) as refusal:
        generate_version(version=version, actor=DESK)
    assert refusal.value.code == "not_ready"


def test_revise_waits_for_our_own_copy_of_the_film(in_team):
    version = make_version(make_asset(in_team), status=VersionStatus.COMPLETED, generation=1)
    with pytest.raises(ValidationError, match="copy of the film"):
        revise_version(version=version, actor=DESK)


def test_abandoned_revise_is_sent_again_since_it_changes_nothing_twice(in_team):
    version = make_version(make_asset(in_team), status=VersionStatus.FAILED)
    revise_version(version=version, actor=DESK)
    message = OutboxMessage.objects.get()
    outbox.claim_message(message_id=message.pk, now=timezone.now())
    outbox.settle_abandoned(message_id=message.pk, now=timezone.now() + timedelta(hours=1))
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


def test_key_that_cannot_be_opened_refuses_instead_of_looping(in_team):
    connection = make_connection(in_team)
    connection.sealed_key = "gone:AAAA"
    connection.save()
    version = make_version(make_asset(in_team))
    generate_version(version=version, actor=DESK)
    message = OutboxMessage.objects.get()
    outbox.deliver_message(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == MessageState.REFUSED
    assert "KEY_RING" in message.error_message
