from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection as db
from django.utils import timezone

from config.celery import app
from dubbing import wake
from dubbing.models import Asset, Batch, BatchItem, Connection, OutboxMessage, StatusChange
from dubbing.services import sweep
from dubbing.services.batches import (
    discard_batch,
    edit_items,
    expand_batch,
    making,
    send_batch,
    sending,
)
from dubbing.services.brakes import set_delay
from dubbing.states import BatchState, Kind, MessageState, Verdict


def state_of(batch: Batch) -> str:
    return Batch.objects.get(pk=batch.pk).state


def test_every_fit_row_becomes_one_video_with_its_command(batch, actor, add, pass_checks):
    items = add(3, title="Film", project="Autumn", tags="a,b", start_time="0:05")
    pass_checks()
    assert send_batch(batch=batch, actor=actor) == 3
    assert state_of(batch) == BatchState.SENDING
    expand_batch(batch_id=batch.pk)
    assert state_of(batch) == BatchState.SENT
    for item in items:
        asset = BatchItem.objects.get(pk=item.pk).asset
        assert asset.submission == item.pk and asset.media_url == item.media_url
        assert asset.project.name == "Autumn" and asset.tags == ["a", "b"]
        assert asset.created_by == actor.user and asset.start_time == 5
        assert [dubbing.locale_id for dubbing in asset.dubbings.all()] == ["de-DE"]
        message = asset.messages.get()
        assert (message.kind, message.state) == (Kind.CREATE, MessageState.WAITING)
        assert message.payload == {"dubbings": [str(asset.dubbings.get().pk)]}
        assert StatusChange.objects.filter(asset=asset, note="Video given").count() == 1


def test_rows_that_are_red_or_faulty_stay(batch, actor, add, pass_checks):
    add(1)
    [faulty], [red] = add(1, locale="xx-XX"), add(1)
    pass_checks()
    batch.rows.filter(pk=red.pk).update(verdict=Verdict.RED)
    assert send_batch(batch=batch, actor=actor, unsure_too=True) == 1
    expand_batch(batch_id=batch.pk)
    assert set(batch.rows.filter(asset=None)) == {faulty, red}
    assert state_of(batch) == BatchState.OPEN, "what was not sent can be mended and sent"


@pytest.mark.parametrize("verdict", [Verdict.AMBER, Verdict.CHECKING, Verdict.UNCHECKED])
def test_doubtful_rows_go_only_when_somebody_says_so(batch, actor, add, pass_checks, verdict):
    add(1)
    pass_checks(verdict)
    with pytest.raises(ValidationError) as caught:
        send_batch(batch=batch, actor=actor)
    assert caught.value.code == "nothing_to_send"
    assert send_batch(batch=batch, actor=actor, unsure_too=True) == 1


def test_only_the_chosen_rows_go(batch, actor, add, pass_checks):
    items = add(3)
    pass_checks()
    assert send_batch(batch=batch, actor=actor, items=items[:2]) == 2
    expand_batch(batch_id=batch.pk)
    assert list(batch.rows.filter(asset=None)) == [items[2]]


def test_a_row_that_breaks_a_rule_meanwhile_stays_with_its_reason(batch, actor, add, pass_checks):
    [item] = add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    # The team went over to a real engine, which cannot reach this machine.
    batch.rows.filter(pk=item.pk).update(media_url="http://127.0.0.1/x.mp4")
    Connection.objects.update(is_sandbox=False)
    expand_batch(batch_id=batch.pk)
    item = BatchItem.objects.get(pk=item.pk)
    assert item.asset is None and item.send_asked_at is None
    assert item.faults["media_url"][0]["code"] == "url_private"
    assert state_of(batch) == BatchState.OPEN


def test_without_a_connection_nothing_is_taken(batch, actor, add, pass_checks):
    add(1)
    pass_checks()
    Connection.objects.update(is_current=False)
    with pytest.raises(ValidationError) as caught:
        send_batch(batch=batch, actor=actor)
    assert caught.value.code == "no_connection" and state_of(batch) == BatchState.OPEN


def test_a_second_press_and_a_second_worker_make_nothing_twice(batch, actor, add, pass_checks):
    add(5)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    with pytest.raises(ValidationError):
        send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == OutboxMessage.objects.count() == 5


def test_a_worker_that_holds_the_batch_is_not_disturbed(batch, actor, add, pass_checks):
    add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    Batch.objects.filter(pk=batch.pk).update(
        lease_until=timezone.now() + timezone.timedelta(hours=1)
    )
    expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == 0
    Batch.objects.filter(pk=batch.pk).update(lease_until=timezone.now())
    expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == 1


class DiedError(BaseException):
    """The worker ended here: nothing catches that."""


@pytest.mark.parametrize("point", ["make_assets", "link_assets", "touch_batch"])
def test_a_worker_that_dies_in_a_chunk_leaves_every_row_made_once(
    batch, actor, add, pass_checks, monkeypatch, point
):
    add(3)
    pass_checks()
    monkeypatch.setattr(sending, "FIRST_CHUNK", 1)
    monkeypatch.setattr(sending, "CHUNK", 1)
    send_batch(batch=batch, actor=actor)
    real, calls = getattr(sending, point), []

    def dies_in_the_second_chunk(*args, **options):
        calls.append(args)
        result = real(*args, **options)
        if len(calls) == 2:
            raise DiedError
        return result

    with monkeypatch.context() as patch:
        patch.setattr(sending, point, dies_in_the_second_chunk)
        with pytest.raises(DiedError):
            expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == batch.rows.exclude(asset=None).count() == 1
    assert list(Batch.objects.to_expand(timezone.now())) == [], "its lease still runs"
    later = timezone.now() + 2 * sending.EXPAND_LEASE
    assert [found.pk for found in Batch.objects.to_expand(later)] == [batch.pk]
    Batch.objects.filter(pk=batch.pk).update(lease_until=None)
    expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == OutboxMessage.objects.count() == 3
    assert not batch.rows.filter(asset=None).exists() and state_of(batch) == BatchState.SENT


def test_commands_wait_out_the_teams_delay(batch, actor, add, pass_checks, in_team):
    add(1)
    pass_checks()
    set_delay(team=in_team, seconds=60)
    send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    wait = OutboxMessage.objects.get().due_at - timezone.now()
    assert 50 < wait.total_seconds() <= 60


def test_a_batch_that_is_being_sent_is_not_thrown_away(batch, actor, add, pass_checks):
    add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    with pytest.raises(ValidationError) as caught:
        discard_batch(batch=batch)
    assert caught.value.code == "batch_sending"


def test_a_sent_batch_takes_no_more_changes(batch, actor, add, pass_checks):
    items = add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    with pytest.raises(ValidationError) as caught:
        edit_items(batch=batch, actor=actor, items=items, changes={"title": "x"})
    assert caught.value.code == "batch_closed"


@pytest.fixture
def bells(monkeypatch) -> list[tuple[str, tuple[str, ...]]]:
    """What reaches the broker: the far end of our wire to the workers."""
    heard: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: heard.append((name, tuple(args))))
    return heard


def test_the_sweep_finds_a_batch_whose_wake_up_was_lost(batch, actor, add, pass_checks, bells):
    add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    bells.clear()
    sweep.sweep()
    assert (wake.EXPAND, (str(batch.team_id), str(batch.pk))) in bells


def test_a_chunk_wakes_a_few_workers_and_they_each_other(
    batch, actor, add, pass_checks, bells, django_capture_on_commit_callbacks
):
    add(60)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    with django_capture_on_commit_callbacks(execute=True):
        expand_batch(batch_id=batch.pk)
    woken = [name for name, _ in bells if name == wake.DELIVER]
    assert OutboxMessage.objects.count() == 60
    assert 0 < len(woken) <= sending.FIRST_CHUNK + making.WOKEN_AT_ONCE


@pytest.fixture
def poisoned(connection) -> None:
    """The database refuses videos of one title, for a reason that no rule knows."""
    with db.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE dubbing_asset ADD CONSTRAINT poison CHECK (title <> 'Poison') NOT VALID"
        )


def cure() -> None:
    with db.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dubbing_asset DROP CONSTRAINT poison")


def test_a_row_that_breaks_the_database_stops_none_of_the_others(
    poisoned, as_alice, batch, actor, add, pass_checks
):
    before, bad, after = [*add(1), *add(1, title="Poison"), *add(1)]
    pass_checks()
    send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    assert state_of(batch) == BatchState.OPEN
    rows = {row.pk: row for row in batch.rows.all()}
    assert rows[before.pk].asset_id and rows[after.pk].asset_id and not rows[bad.pk].asset_id
    assert [entry["code"] for entry in rows[bad.pk].faults[""]] == ["not_made"]
    assert not Batch.objects.to_expand(timezone.now()).exists(), "it would be tried for ever"
    assert Asset.objects.count() == OutboxMessage.objects.count() == 2
    page = as_alice.get(f"/batches/{batch.pk}/").content.decode()
    assert "could not make a video" in page and "Try again" in page


def test_a_person_tries_a_broken_row_again(poisoned, as_alice, batch, actor, add, pass_checks):
    (bad,) = add(1, title="Poison")
    pass_checks()
    send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    cure()
    as_alice.post(f"/batches/{batch.pk}/send/", {"item": str(bad.pk), "unsure": "1"})
    expand_batch(batch_id=batch.pk)
    assert BatchItem.objects.get().asset.title == "Poison"
    assert state_of(batch) == BatchState.SENT
