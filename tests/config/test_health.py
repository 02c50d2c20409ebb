from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.scoping import all_teams, team_scope
from config import health
from dubbing.models import Connection, OutboxMessage
from dubbing.services import brakes, lanes
from dubbing.states import Kind, MessageState
from tests.builders import make_asset

TOKEN = "figures-for-the-monitor"


def make_message(team, *, state=MessageState.WAITING, age=0, **changes):
    now = timezone.now()
    with all_teams("test"):
        message = OutboxMessage.objects.create(
            **{
                "team": team,
                "asset": make_asset(team),
                "kind": Kind.CREATE,
                "state": state,
                "due_at": now - timedelta(seconds=age),
            }
            | changes
        )
        OutboxMessage.objects.filter(pk=message.pk).update(created_at=now - timedelta(seconds=age))
    return message


def test_live_answers_without_a_database(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_probes_answer_under_any_name(db):
    client = Client(HTTP_HOST="web:8000")
    assert client.get("/health/ready").status_code == 200
    assert client.get("/").status_code == 400


def test_ready_tells_of_an_idle_desk(db, client):
    answer = client.get("/health/ready")
    told = answer.json()
    assert told["ok"] and told["reasons"] == []
    assert told["storage"]["free_bytes"] > 0
    assert told["outbox"] == {
        "waiting": 0,
        "oldest_unsent_seconds": None,
        "overdue_seconds": None,
        "last_claim_seconds": None,
    }
    assert answer["Cache-Control"] == "no-store"


def test_ready_tells_of_the_oldest_unsent_and_the_last_claim(team, client):
    make_message(team, age=50)
    make_message(team, age=90, due_at=timezone.now() - timedelta(seconds=20))
    make_message(team, state=MessageState.DONE, sent_at=timezone.now() - timedelta(seconds=700))
    make_message(team, state=MessageState.DONE, sent_at=timezone.now() - timedelta(seconds=600))
    told = client.get("/health/ready").json()["outbox"]
    assert told["waiting"] == 2
    assert told["oldest_unsent_seconds"] == pytest.approx(90, abs=5)
    assert told["overdue_seconds"] == pytest.approx(50, abs=5)
    assert told["last_claim_seconds"] == pytest.approx(600, abs=5)


@pytest.mark.parametrize("by", ["the team", "the installation", "the engine"])
def test_what_is_held_back_is_not_overdue(team, client, by):
    make_message(team, age=500)
    with team_scope(team.pk):
        if by == "the team":
            brakes.pause_team(team=team, by=None)
        elif by == "the installation":
            brakes.pause_installation(by=None)
        else:
            until = timezone.now() + timedelta(minutes=5)
            lanes.note_wait(connection=Connection.objects.get(), until=until)
    told = client.get("/health/ready").json()["outbox"]
    assert (told["waiting"], told["overdue_seconds"]) == (1, 0)


def test_what_is_due_later_is_not_overdue(team, client):
    make_message(team, due_at=timezone.now() + timedelta(minutes=5))
    told = client.get("/health/ready").json()["outbox"]
    assert (told["waiting"], told["overdue_seconds"]) == (1, 0)


def test_ready_looks_at_few_rows_whatever_waits(team, client, django_assert_max_num_queries):
    make_message(team)
    with django_assert_max_num_queries(13):
        assert client.get("/health/ready").status_code == 200


def test_not_ready_without_migrations(db, client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "manage.py migrate" in answer.json()["reasons"][0]
    assert "outbox" not in answer.json()


def test_not_ready_on_an_empty_database(db, client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO gone")
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database does not answer."]
    assert client.get("/health/live").status_code == 200


def test_not_ready_without_storage(db, client, settings, tmp_path):
    blocked = tmp_path / "media"
    blocked.write_text("a file, not a folder")
    settings.MEDIA_ROOT = blocked
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "MEDIA_ROOT cannot be written to" in answer.json()["reasons"][0]


def test_only_reading_is_answered(client):
    assert client.post("/health/live").status_code == 405


def test_health_names_nothing_of_anybody(team, client):
    message = make_message(team, state=MessageState.REFUSED, error_message="the row's own words")
    text = client.get("/health/ready").content.decode()
    assert all(word not in text for word in ("studio", str(message.pk), "own words"))


def test_newest_migrations_are_read_once():
    assert health.newest_migrations() is health.newest_migrations()


def test_metrics_are_not_there_without_a_token(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"bearer {TOKEN}x", "Bearer ü"])
def test_metrics_want_their_token(client, settings, given):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def read_metrics(client, settings):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_count_by_state(team, client, settings):
    make_message(team, age=30)
    make_message(team, state=MessageState.REFUSED)
    for _ in range(2):
        make_message(team, state=MessageState.UNCONFIRMED, sent_at=timezone.now())
    found = read_metrics(client, settings)
    states = {
        state: found[f'dubdesk_outbox_messages{{state="{state}"}}']
        for state in ("waiting", "sending", "refused", "unconfirmed")
    }
    assert states == {"waiting": 1, "sending": 0, "refused": 1, "unconfirmed": 2}
    assert found["dubdesk_oldest_unsent_seconds"] == pytest.approx(30, abs=5)
    assert found["dubdesk_last_claim_timestamp_seconds"] == pytest.approx(
        timezone.now().timestamp(), abs=5
    )
    assert found["dubdesk_storage_free_bytes"] > 0


def test_metrics_count_rows_ever_written(db, client, settings):
    found = read_metrics(client, settings)
    assert {name for name in found if name.endswith("_total")} == {
        "dubdesk_callbacks_total",
        "dubdesk_callbacks_unsigned_total",
        "dubdesk_commands_total",
        "dubdesk_films_total",
        "dubdesk_status_changes_total",
    }
