"""The short cut of callbacks: one prepared statement, on a guess that the database confirms."""

from __future__ import annotations

import socket
import time

import psycopg
import pytest
from celery import Celery
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.scoping import all_teams
from dubbing import wake
from dubbing.models import CallbackDelivery
from dubbing.states import VersionStatus
from tests.builders import make_asset, make_connection, make_team, make_version
from tests.dubbing.signing import body_for, deliver, sign

STRANGER = ec.generate_private_key(ec.SECP256R1())
STRANGERS_PEM = (
    STRANGER.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def generating(team):
    asset = make_asset(team)
    return asset, make_version(asset, status=VersionStatus.GENERATING)


def status_of(version) -> str:
    with all_teams("test"):
        return type(version).objects.get(pk=version.pk).status


def stored() -> int:
    with all_teams("test"):
        return CallbackDelivery.objects.count()


@pytest.fixture
def warm(client, team):
    """An accepted callback: from here on its sender is the guess."""
    asset, version = generating(team)
    assert deliver(client, asset, body_for(asset, "version_generated", version)).status_code == 200
    return asset


def test_both_statements_are_prepared_on_the_kept_connection(client, warm):
    with database.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = " ".join(statement for (statement,) in cursor.fetchall())
    assert "INSERT INTO dubbing_callbackdelivery" in prepared
    with CaptureQueriesContext(database) as queries:
        deliver(client, warm, body_for(warm, "version_applauded"))
    assert len(queries) == 0  # nothing by the ORM


def test_key_that_was_replaced_is_refused_at_once(client, team, warm):
    asset, version = generating(team)
    with all_teams("test"):
        type(asset.connection).objects.update(public_keys=STRANGERS_PEM)
    body = body_for(asset, "version_generated", version)
    assert deliver(client, asset, body).status_code == 400
    assert (stored(), status_of(version)) == (1, VersionStatus.GENERATING)
    assert deliver(client, asset, body, signature=sign(body, STRANGER)).status_code == 200
    assert status_of(version) == VersionStatus.COMPLETED


def test_another_teams_key_opens_nothing_here(client, warm):
    other = make_team(slug="other")
    make_connection(other, public_keys=STRANGERS_PEM)
    asset, version = generating(other)
    body = body_for(asset, "version_generated", version)
    assert deliver(client, asset, body).status_code == 400  # signed as the guess has it
    assert deliver(client, asset, body, signature=sign(body, STRANGER)).status_code == 200
    assert status_of(version) == VersionStatus.COMPLETED
    assert deliver(client, warm, body_for(warm, "version_applauded")).status_code == 200


def test_other_spellings_of_the_same_key_are_read_as_theirs(client, warm):
    other = make_team(slug="other")
    make_connection(other, profile={"reads": {"event": ["happening"]}})
    asset, version = generating(other)
    body = body_for(asset, "version_generated", version).replace(b'"event"', b'"happening"')
    assert deliver(client, asset, body).status_code == 200
    assert status_of(version) == VersionStatus.COMPLETED


def test_deleted_asset_is_not_found(client, warm):
    with all_teams("test"):
        type(warm).objects.filter(pk=warm.pk).delete()
    assert deliver(client, warm, body_for(warm, "version_applauded")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_connection_that_died_meanwhile_costs_no_callback(client, warm):
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    words = {"dbname": database.settings_dict["NAME"], "user": database.settings_dict["USER"]}
    with psycopg.connect(host=database.settings_dict["HOST"], **words, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert deliver(client, warm, body_for(warm, "version_applauded")).status_code == 200
    assert stored() == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_sender_is_asked_to_come_again(client, warm, monkeypatch):
    database.close()
    monkeypatch.setitem(database.settings_dict, "HOST", "/nowhere")
    answer = deliver(client, warm, body_for(warm, "version_applauded"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    monkeypatch.undo()
    assert deliver(client, warm, body_for(warm, "version_applauded")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_broker_that_never_answers_holds_up_no_callback(client, warm, monkeypatch):
    if wake._ringer is not None:
        wake._ringer.join(20)  # one rings at a time: another test's may still be at it
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(20)
        address = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        with Celery("mute", broker=address, set_as_current=False) as app:
            monkeypatch.setattr(wake, "app", app)
            monkeypatch.setattr(wake, "_rung_at", 0.0)
            began = time.monotonic()
            answer = deliver(client, warm, body_for(warm, "version_applauded"))
            assert (answer.status_code, time.monotonic() - began < 1) == (200, True)
            ringer = wake._ringer
            caller, _ = mute.accept()
            caller.close()
    assert ringer is not None
    ringer.join(20)
    assert not ringer.is_alive()
