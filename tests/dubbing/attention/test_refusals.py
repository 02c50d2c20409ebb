"""Refused callbacks are counted where the address was ours, cheaply whatever comes."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.scoping import all_teams, team_scope
from dubbing.models import RefusedCallbacks
from dubbing.services import refusals
from tests.builders import make_asset, make_team
from tests.dubbing.signing import body_for, deliver

FORGED = "00" * 64


def counted() -> list[tuple[object, int]]:
    with all_teams("test"):
        return list(RefusedCallbacks.objects.values_list("team_id", "count"))


def test_a_wrong_signature_at_an_address_of_ours_is_counted(client, team):
    asset = make_asset(team)
    answer = deliver(client, asset, body_for(asset, "version_ready"), signature=FORGED)
    assert answer.status_code == 400
    assert counted() == [(team.id, 1)]
    with team_scope(team.id):
        found = refusals.recent_refusals(now=timezone.now())
    assert found is not None and found.count == 1 and found.reason


def test_unknown_addresses_and_unsigned_bodies_leave_nothing(client, team):
    asset = make_asset(team)
    body = body_for(asset, "version_ready")
    assert deliver(client, asset, body, signature=FORGED, token="nobody").status_code == 404
    assert deliver(client, asset, body, signature="").status_code == 400
    assert counted() == []


def test_a_good_callback_is_not_counted(client, team):
    asset = make_asset(team)
    assert deliver(client, asset, body_for(asset, "version_ready")).status_code == 200
    assert counted() == []


def test_a_flood_is_written_once_in_a_while(team, monkeypatch):
    with CaptureQueriesContext(connection) as queries:
        for _ in range(500):
            refusals.note_refused(team_id=team.id, reason="forged")
    assert len(queries) == 1
    monkeypatch.setattr(time, "monotonic", lambda: refusals._written_at[team.id] + 6)
    refusals.note_refused(team_id=team.id, reason="forged")
    assert counted() == [(team.id, 501)]


def test_teams_do_not_wait_for_each_other(team):
    other = make_team()
    for one in (team, other, team):
        refusals.note_refused(team_id=one.id, reason="forged")
    assert sorted(counted()) == sorted([(team.id, 1), (other.id, 1)])


def test_a_day_later_it_is_forgotten(team):
    refusals.note_refused(team_id=team.id, reason="x" * 500)
    with team_scope(team.id):
        assert refusals.recent_refusals(now=timezone.now()) is not None
        assert refusals.recent_refusals(now=timezone.now() + timedelta(hours=26)) is None
