"""A call that the engine does not have is learnt once, and said before anyone presses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from dubbing.models import Connection, OutboxMessage, Version
from dubbing.services.absences import NO_GENERATE, forget_absences
from dubbing.services.actors import Actor
from dubbing.services.outbox import deliver_message
from dubbing.services.versions import generate_version, make_studio_link, why_not_generate
from dubbing.states import MessageState
from tests.builders import make_api_key, make_asset, make_connection, make_version
from tests.dubbing.api.caller import Caller
from tests.dubbing.connections.conftest import Engine
from tests.dubbing.pages.html import tag_with, text_of

Far = tuple[Engine, str]


@pytest.fixture
def ready(scope: Team, far: Far) -> Version:
    """A draft at an engine that knows neither generate nor signed links."""
    engine, url = far
    asset = make_asset(scope, connection=make_connection(scope, base_url=url))
    version = make_version(asset)
    here = f"/v1/versions/{version.remote_id}"
    told = {"id": version.remote_id, "status": "ReadyToEdit", "studio_url": f"{url}/plain"}
    engine.by_path[here] = (200, told)
    engine.by_path[f"{here}/generate"] = (405, {"detail": "Method Not Allowed"})
    engine.by_path[f"{here}/studio_url"] = (404, {"detail": "Not Found"})
    return version


def fresh(version: Version) -> Version:
    found: Version = Version.objects.select_related("asset__connection").get(pk=version.pk)
    return found


def press_generate(version: Version, alice: User) -> OutboxMessage:
    generate_version(version=version, actor=Actor(user=alice))
    message: OutboxMessage = OutboxMessage.objects.get()
    OutboxMessage.objects.update(due_at=timezone.now())
    deliver_message(message_id=message.pk)
    message.refresh_from_db()
    return message


def test_absent_generate_is_learnt_and_said(
    ready: Version, alice: User, as_alice: Client, far: Far
) -> None:
    message = press_generate(ready, alice)
    assert message.state == MessageState.REFUSED and message.error_message == NO_GENERATE
    [entry] = Connection.objects.get().absent_calls
    assert (entry["call"], entry["status_code"]) == ("generate", 405)
    assert why_not_generate(fresh(ready)) == NO_GENERATE
    with pytest.raises(ValidationError, match="generate it in the studio"):
        generate_version(version=fresh(ready), actor=Actor(user=alice))
    page = as_alice.get(f"/versions/{ready.pk}/")
    assert page.context["screen"].main_action == "studio"
    assert "btn-primary" in tag_with(page, f"/versions/{ready.pk}/studio/")
    assert "generate it in the studio" in text_of(page)
    rows = as_alice.get(f"/assets/{ready.asset_id}/").context["screen"].rows
    assert [row.action for row in rows] == ["studio"]


def test_api_says_it_before_anyone_presses(ready: Version, team: Team) -> None:
    caller = Caller(make_api_key(team)[1])
    assert caller.get(f"versions/{ready.pk}/").json()["can_generate"] is True
    Connection.objects.update(profile={"calls": {"generate": ""}})
    assert caller.get(f"versions/{ready.pk}/").json()["can_generate"] is False
    answer = caller.post(f"versions/{ready.pk}/generate/")
    assert answer.status_code == 409 and NO_GENERATE in answer.content.decode()


def test_absent_signed_link_is_asked_for_once(ready: Version, far: Far, as_alice: Client) -> None:
    engine, url = far
    for _ in range(2):
        link = make_studio_link(version=fresh(ready))
        assert (link.url, link.signed) == (f"{url}/plain", False)
    signed = [call for call in engine.calls if call.endswith("/studio_url")]
    assert len(signed) == 1
    assert "Panjaya login needed" in text_of(as_alice.get(f"/versions/{ready.pk}/"))


def test_signed_link_that_works_is_remembered_as_seen(ready: Version, far: Far) -> None:
    engine, url = far
    engine.by_path[f"/v1/versions/{ready.remote_id}/studio_url"] = (
        200,
        {"studio_url": f"{url}/signed"},
    )
    assert make_studio_link(version=fresh(ready)).signed
    assert "studio_url" in Connection.objects.get().evidence


def test_forgotten_absence_is_tried_anew(
    ready: Version, alice: User, as_alice: Client, far: Far
) -> None:
    press_generate(ready, alice)
    connection = Connection.objects.get()
    answer = as_alice.post(f"/connection/{connection.pk}/calls/", follow=True)
    assert "The next press tries it at Panjaya again." in text_of(answer)
    connection.refresh_from_db()
    assert connection.absent_calls == [] and why_not_generate(fresh(ready)) == ""
    assert forget_absences(connection=connection) == 0
