"""What open pages are told of, seen at the database as edge sees it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.live import cut_streams
from accounts.models import Membership
from accounts.roles import Role
from accounts.services.members import change_role, remove_member
from dubbing import live
from dubbing.live import MOST_CHANGES, Publisher, publisher
from dubbing.models import Asset
from dubbing.services.asset_rows import touch_asset
from dubbing.services.history import record_change
from tests.browser.desk import database_url
from tests.builders import make_asset

pytestmark = pytest.mark.django_db(transaction=True)


class Ear:
    """LISTEN, as edge does it."""

    def __init__(self) -> None:
        self.server = psycopg.connect(database_url(), autocommit=True)
        self.server.execute(f"LISTEN {live.CHANNEL}")
        self.lines: list[str] = []
        self.messages = 0

    def wait_for(self, claim: Callable[[], object], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not claim():
            assert time.monotonic() < deadline, f"Heard only {self.lines[-5:]}"
            for notify in self.server.notifies(timeout=0.05):
                self.messages += 1
                self.lines += notify.payload.split("\n")

    def wait_for_line(self, line: str) -> None:
        self.wait_for(lambda: line in self.lines)


@pytest.fixture
def ear(db) -> Iterator[Ear]:
    heard = Ear()
    yield heard
    publisher.end()
    heard.server.close()


def line_of(asset: Asset) -> str:
    return f"asset:{asset.team_id}:{asset.pk}:{asset.revision}"


def test_a_touched_asset_is_told_with_its_next_revision(in_team, ear):
    asset = make_asset(in_team)
    touch_asset(asset)
    asset.refresh_from_db()
    ear.wait_for_line(line_of(asset))


def test_history_is_told_although_the_revision_stays(in_team, ear):
    asset = make_asset(in_team)
    record_change(asset=asset, note="A word")
    ear.wait_for_line(line_of(asset))


def test_nothing_is_told_of_what_was_rolled_back(in_team, ear):
    dropped, kept = make_asset(in_team), make_asset(in_team)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        touch_asset(dropped)
        raise ZeroDivisionError
    touch_asset(kept)
    kept.refresh_from_db()
    ear.wait_for_line(line_of(kept))
    assert not [line for line in ear.lines if str(dropped.pk) in line]


def test_many_changes_of_one_transaction_go_out_together(in_team, ear):
    assets = [make_asset(in_team) for _ in range(200)]
    with transaction.atomic():
        for asset in assets * 3:
            live.after_commit(in_team.pk, asset.pk)
    ear.wait_for(lambda: len(set(ear.lines)) == 200)
    assert ear.messages <= 12


def test_beyond_the_bound_the_whole_team_is_told(in_team, ear):
    own = Publisher()
    with psycopg.connect(database_url()) as blocker:
        blocker.execute("LOCK TABLE dubbing_asset IN ACCESS EXCLUSIVE MODE")
        # The first of them may be on its way already.
        for _ in range(MOST_CHANGES * 2):
            own.tell(in_team.pk, uuid.uuid4())
    own.end()
    ear.wait_for_line(f"all:{in_team.pk}")


def test_who_changes_never_waits_for_the_database(in_team, ear):
    asset = make_asset(in_team)
    with psycopg.connect(database_url()) as blocker:
        blocker.execute("LOCK TABLE dubbing_asset IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        for _ in range(1000):
            live.after_commit(in_team.pk, asset.pk)
        assert time.monotonic() - began < 1
    ear.wait_for_line(line_of(asset))


def test_a_dead_connection_is_replaced(in_team, ear):
    asset = make_asset(in_team)
    live.after_commit(in_team.pk, asset.pk)
    ear.wait_for_line(line_of(asset))
    ear.lines.clear()
    ear.server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND query LIKE %s",
        ["%pg_notify%string_agg%"],
    )
    live.after_commit(in_team.pk, asset.pk)
    ear.wait_for_line(line_of(asset))


def test_while_the_database_is_away_news_waits_as_one_word_for_each_team(
    in_team, ear, monkeypatch, caplog
):
    own = Publisher()
    port = connection.settings_dict["PORT"]
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    own.tell(in_team.pk, uuid.uuid4())
    ear.wait_for(lambda: "news waits for the database" in caplog.text)
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    ear.wait_for_line(f"all:{in_team.pk}")
    own.end()


def test_an_idle_publisher_lets_go_and_comes_again(in_team, ear, monkeypatch):
    monkeypatch.setattr(live, "IDLE_SECONDS", 0.05)
    own, asset = Publisher(), make_asset(in_team)
    publisher.end()
    for _ in range(3):
        own.tell(in_team.pk, asset.pk)
        ear.wait_for_line(line_of(asset))
        ear.lines.clear()
        ear.wait_for(lambda: not is_running("live"))
    own.end()


def is_running(name: str) -> bool:
    return any(thread.name == name for thread in threading.enumerate())


def test_a_changed_role_and_a_removed_member_lose_their_streams(team, alice, bob, ear):
    member = Membership.objects.get(user=bob, team=team)
    change_role(membership=member, role=Role.REVIEWER)
    ear.wait_for_line(f"revoke:{bob.pk}:{team.pk}")
    ear.lines.clear()
    remove_member(membership=member)
    ear.wait_for_line(f"revoke:{bob.pk}:{team.pk}")


def test_a_removal_that_is_rolled_back_cuts_nobody(team, alice, bob, ear):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        remove_member(membership=Membership.objects.get(user=bob, team=team))
        raise ZeroDivisionError
    cut_streams(user_id=alice.pk)
    ear.wait_for_line(f"revoke:{alice.pk}:")
    assert len(ear.lines) == 1


def test_somebody_switched_off_by_the_operator_loses_all_streams(team, alice, bob, ear, client):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    form = {"email": bob.email, "name": bob.name, "is_active": "", "date_joined": timezone.now()}
    answer = client.post(f"/admin/accounts/user/{bob.pk}/change/", form | EMPTY_INLINE)
    assert answer.status_code == 302, answer.content
    ear.wait_for_line(f"revoke:{bob.pk}:")


EMPTY_INLINE = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
