from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import Asset, CallbackDelivery, Film, OutboxMessage, StatusChange, Version
from dubbing.services.callbacks import MAX_BODY_BYTES
from dubbing.states import AssetStatus, Event, Kind, MessageState, Stage, VersionStatus
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.signing import body_for, deliver, sign


@pytest.fixture
def asset(team: Team) -> Asset:
    return make_asset(team)


@pytest.fixture
def version(asset: Asset) -> Version:
    return make_version(asset, status=VersionStatus.GENERATING)


def fresh(row):
    with all_teams("test"):
        return type(row).objects.get(pk=row.pk)


def count(model) -> int:
    with all_teams("test"):
        return model.objects.count()


def test_signed_event_moves_the_version_at_once(client, asset, version):
    answer = deliver(client, asset, body_for(asset, "version_generated", version))
    assert (answer.status_code, answer.content) == (200, b"")
    moved = fresh(version)
    assert moved.status == VersionStatus.COMPLETED
    assert moved.generation == 1
    assert moved.completed_at is not None
    assert fresh(version.dubbing).stage == Stage.FINISHED
    assert fresh(asset).revision == asset.revision + 1


def test_move_leaves_history_delivery_film_and_a_due_look(client, asset, version):
    deliver(client, asset, body_for(asset, "version_generated", version))
    with all_teams("test"):
        change = StatusChange.objects.get()
        delivery = CallbackDelivery.objects.get()
        film = Film.objects.get()
    assert (change.before, change.after, change.cause) == ("Generating", "Completed", "callback")
    assert delivery.moved and delivery.event == Event.VERSION_GENERATED
    assert delivery.body["version_id"] == version.remote_id
    assert (film.version_id, film.generation) == (version.id, 1)
    assert fresh(asset).refresh_due_at is not None


def test_second_identical_callback_moves_nothing(client, asset, version):
    body = body_for(asset, "version_generated", version)
    deliver(client, asset, body)
    assert deliver(client, asset, body).status_code == 200
    assert count(StatusChange) == 1
    assert count(Film) == 1
    assert count(CallbackDelivery) == 2


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("version_ready", VersionStatus.NOT_READY, VersionStatus.READY_TO_EDIT),
        ("version_failed", VersionStatus.NOT_READY, VersionStatus.FAILED),
        ("version_generating", VersionStatus.READY_TO_EDIT, VersionStatus.GENERATING),
        ("version_generate_failed", VersionStatus.GENERATING, VersionStatus.FAILED),
    ],
)
def test_each_event_makes_its_move(client, asset, event, start, end):
    version = make_version(asset, status=start)
    deliver(client, asset, body_for(asset, event, version))
    assert fresh(version).status == end


def test_late_event_moves_nothing_backwards(client, asset):
    version = make_version(asset, status=VersionStatus.COMPLETED)
    answer = deliver(client, asset, body_for(asset, "version_ready", version))
    assert answer.status_code == 200
    assert fresh(version).status == VersionStatus.COMPLETED


def test_older_version_does_not_set_the_dubbings_stage(client, asset, version):
    make_version(asset, status=VersionStatus.READY_TO_EDIT)
    deliver(client, asset, body_for(asset, "version_generated", version))
    assert fresh(version.dubbing).stage == Stage.READY


def test_asset_failed_fails_the_asset_and_its_languages(client, team):
    asset = make_asset(team, status=AssetStatus.PROCESSING)
    dubbing = make_dubbing(asset)
    deliver(client, asset, body_for(asset, "asset_failed"))
    assert fresh(asset).status == AssetStatus.FAILED
    assert fresh(dubbing).stage == Stage.FAILED


def test_callback_proves_that_an_unconfirmed_creation_arrived(client, team):
    asset = make_asset(team, remote_id="", status=AssetStatus.UNCONFIRMED)
    dubbing = make_dubbing(asset, status="Unconfirmed", stage=Stage.UNCONFIRMED)
    with all_teams("test"):
        message = OutboxMessage.objects.create(
            team=team,
            asset=asset,
            kind=Kind.CREATE,
            state=MessageState.UNCONFIRMED,
            due_at=asset.created_at,
        )
    deliver(client, asset, body_for(asset, "version_ready", asset_id="remote-9", version_id="v9"))
    assert fresh(asset).remote_id == "remote-9"
    assert fresh(asset).status == AssetStatus.PROCESSING
    assert fresh(message).state == MessageState.DONE
    assert fresh(dubbing).stage == Stage.PREPARING


def test_event_about_another_asset_is_kept_but_moves_nothing(client, asset, version):
    body = body_for(asset, "version_generated", version, asset_id="somebody-elses")
    assert deliver(client, asset, body).status_code == 200
    assert fresh(version).status == VersionStatus.GENERATING
    with all_teams("test"):
        assert not CallbackDelivery.objects.get().moved


def test_unknown_event_is_stored_and_answered_2xx(client, asset, version):
    answer = deliver(client, asset, body_for(asset, "version_applauded", version))
    assert answer.status_code == 200
    with all_teams("test"):
        delivery = CallbackDelivery.objects.get()
    assert (delivery.event, delivery.raw_event) == (Event.UNKNOWN, "version_applauded")
    assert fresh(version).status == VersionStatus.GENERATING


def refused_bodies(asset, version):
    body = body_for(asset, "version_generated", version)
    stranger = ec.generate_private_key(ec.SECP256R1())
    return {
        "no signature": (body, ""),
        "nonsense": (body, "zz"),
        "a stranger's": (body, sign(body, stranger)),
        "one changed byte": (body.replace(b"generated", b"generatee"), sign(body)),
        "not JSON": (b"\xff\xfe{", sign(b"\xff\xfe{")),
        "not an object": (b"[1]", sign(b"[1]")),
    }


@pytest.mark.parametrize(
    "fault",
    ["no signature", "nonsense", "a stranger's", "one changed byte", "not JSON", "not an object"],
)
def test_refused_callback_writes_no_row(client, asset, version, fault):
    body, signature = refused_bodies(asset, version)[fault]
    assert deliver(client, asset, body, signature=signature).status_code == 400
    assert count(CallbackDelivery) == 0
    assert fresh(version).status == VersionStatus.GENERATING


def test_wrong_token_is_not_found(client, asset, version):
    body = body_for(asset, "version_generated", version)
    assert deliver(client, asset, body, token="x" * 43).status_code == 404
    assert count(CallbackDelivery) == 0


def test_oversize_body_is_refused_unread(client, asset):
    body = b" " * (MAX_BODY_BYTES + 1)
    assert deliver(client, asset, body).status_code == 413


def test_get_is_refused(client, asset):
    assert client.get(f"/callbacks/panjaya/{asset.callback_token}/").status_code == 405


def test_needs_no_csrf_token(asset, version):
    strict = Client(enforce_csrf_checks=True)
    body = body_for(asset, "version_generated", version)
    assert deliver(strict, asset, body).status_code == 200


def test_either_of_two_public_keys_is_believed(client, team):
    from cryptography.hazmat.primitives import serialization

    from tests.builders import PUBLIC_PEM, make_connection

    newer = ec.generate_private_key(ec.SECP256R1())
    pem = newer.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    make_connection(team, public_keys=PUBLIC_PEM + pem.decode())
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.GENERATING)
    body = body_for(asset, "version_generated", version)
    assert deliver(client, asset, body, signature=sign(body, newer)).status_code == 200
    assert deliver(client, asset, body).status_code == 200
    assert count(CallbackDelivery) == 2
