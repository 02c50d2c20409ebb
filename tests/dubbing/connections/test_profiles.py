from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Team, User
from accounts.scoping import all_teams
from dubbing.models import CallbackDelivery, Connection
from dubbing.remote.errors import RejectedError
from dubbing.services.clients import client_for
from dubbing.services.profiles import check_profile, list_spellings, preview_requests
from dubbing.states import VersionStatus
from tests.builders import make_asset, make_connection, make_version
from tests.conftest import signed_in
from tests.dubbing.connections.dialect import SECOND
from tests.dubbing.signing import body_for, deliver


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([], "must be an object"),
        ({"colour": 1}, "colour: there is no such setting."),
        ({"writes": {"lokale": "x"}}, "writes.lokale: there is no such setting."),
        ({"calls": {"create": "POST v1"}}, "calls.create: must name a path"),
        ({"calls": {"create": ""}}, "calls.create: must start with one of"),
        ({"version_words": {"OPEN": "Nonsense"}}, "must be one of"),
        ({"page_size": 0}, "page_size: must be a whole number"),
    ],
)
def test_profile_that_cannot_be_used_says_where(overrides: Any, words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        check_profile(overrides)
    [error] = raised.value.error_dict["profile"]
    assert error.code == "invalid_profile" and words in error.messages[0]


def test_preview_speaks_the_profile_and_hides_the_key(team: Team) -> None:
    connection = make_connection(team, profile=SECOND | {"calls": {"generate": ""}})
    shown = preview_requests(connection)
    assert '"source_locale": "en-US"' in shown and '"lip_sync_model": "LIPS_TURBO"' in shown
    assert "GET http://127.0.0.1:1/v1/assets/?offset=100&limit=100" in shown
    assert "# generate: not sent" in shown and '"payload"' in shown
    assert "Authorization: Bearer panjaya-••••dbox" in shown
    assert "panjaya-sandbox" not in shown and connection.sealed_key not in shown


def test_every_setting_is_listed_with_its_present_spelling(team: Team) -> None:
    listed = json.loads(list_spellings(make_connection(team, profile=SECOND)))
    assert listed["writes"]["locale"] == "source_locale"
    assert listed["calls"]["asset"] == "GET /v1/assets/{id}"
    assert listed["page_size"] == 100


def test_profile_that_has_gone_bad_stops_sending_in_words(team: Team) -> None:
    connection = make_connection(team, profile={"colour": 1})
    with pytest.raises(RejectedError, match="wire profile of this connection cannot be used"):
        client_for(connection)


def test_callback_is_read_by_its_connections_profile(team: Team, db: None) -> None:
    spelled = {"event_words": {"dub.done": "version_generated"}, "reads": {"event": "what"}}
    connection = make_connection(team, profile=spelled)
    asset = make_asset(team, connection=connection)
    version = make_version(asset, status=VersionStatus.GENERATING)
    body = body_for(asset, "", version, what="dub.done")
    assert deliver(Client(), asset, body).status_code == 200
    with all_teams("test"):
        version.refresh_from_db()
        delivery = CallbackDelivery.objects.get()
    assert version.status == VersionStatus.COMPLETED
    assert (delivery.raw_event, delivery.signature_form) == ("dub.done", "hex, DER")


def test_callback_over_a_bad_profile_is_refused(team: Team) -> None:
    connection = make_connection(team, profile={"colour": 1})
    asset = make_asset(team, connection=connection)
    assert deliver(Client(), asset, body_for(asset, "asset_failed")).status_code == 400


@pytest.fixture
def as_operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root@example.org", "words words"))


def save_in_admin(client: Client, connection: Connection, profile: str) -> Any:
    data = {
        "name": connection.name,
        "base_url": connection.base_url,
        "key": "",
        "public_keys": connection.public_keys,
        "is_current": "on",
        "profile": profile,
        "_continue": "1",
    }
    url = f"/admin/dubbing/connection/{connection.pk}/change/"
    return client.post(url, data, follow=True)


def test_administrator_mends_the_profile_and_sees_the_request(
    team: Team, as_operator: Client
) -> None:
    connection = make_connection(team)
    page = save_in_admin(as_operator, connection, '{"writes": {"locale": "spoken_language"}}')
    assert "&quot;spoken_language&quot;: &quot;en-US&quot;" in page.content.decode()
    with all_teams("test"):
        connection.refresh_from_db()
    assert connection.profile == {"writes": {"locale": "spoken_language"}}


@pytest.mark.parametrize(
    ("typed", "words"),
    [("{", "valid JSON"), ("[]", "must be an object"), ('{"reads": {"x": "y"}}', "reads.x")],
)
def test_bad_profile_stands_beside_its_field_in_admin(
    team: Team, as_operator: Client, typed: str, words: str
) -> None:
    connection = make_connection(team)
    page = save_in_admin(as_operator, connection, typed)
    [fault] = page.context["adminform"].form.errors["profile"]
    assert words in fault
    with all_teams("test"):
        connection.refresh_from_db()
    assert connection.profile == {}
