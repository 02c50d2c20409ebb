"""Against the real sandbox: what was sent and not answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Connection, OutboxMessage
from dubbing.services.actors import Actor
from dubbing.services.assets import add_languages
from dubbing.services.orders import LanguageDraft
from dubbing.services.outbox import deliver_message
from dubbing.states import AssetStatus, Kind, MessageState, Stage
from tests.builders import make_connection
from tests.dubbing.brakes.conftest import give_video
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture(scope="module")
def own_sandbox(tmp_path_factory) -> Iterator[SandboxHandle]:
    """Nobody else's: what is switched on meets our next call."""
    with run_sandbox(tmp_path_factory.mktemp("naughty"), pace=1000) as handle:
        yield handle


@pytest.fixture
def far(team: Team, own_sandbox: SandboxHandle) -> Connection:
    call(own_sandbox, "DELETE", "/sandbox/scenarios")
    pem = own_sandbox.public_key_pem.decode()
    return make_connection(team, base_url=own_sandbox.url, public_keys=pem)


def call(sandbox: SandboxHandle, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.request(method, sandbox.url + path, json=body, headers=headers)
    answer.raise_for_status()
    return answer.json()


def switch_on(sandbox: SandboxHandle, name: str, **how: Any) -> None:
    call(sandbox, "POST", "/sandbox/scenarios", {"name": name, "times": 1} | how)


def paid(sandbox: SandboxHandle) -> int:
    return len(call(sandbox, "GET", "/sandbox/ledger")["entries"])


@pytest.fixture
def lost(team, far, own_sandbox) -> OutboxMessage:
    """A creation that did arrive, but whose answer was lost."""
    with team_scope(team.pk):
        message = give_video(team)
        Asset.objects.update(media_url=f"{own_sandbox.url}/sandbox/sample.mp4")
        switch_on(own_sandbox, "lost-answer")
        deliver_message(message_id=message.pk)
        message.refresh_from_db()
    assert message.state == MessageState.UNCONFIRMED
    return message


def remote_ids(page: str) -> list[str]:
    return re.findall(r'name="remote_id" value="([^"]+)"', page)


def test_a_person_finds_it_in_the_list_and_nothing_is_paid_twice(as_alice, team, lost, own_sandbox):
    before = paid(own_sandbox)
    address = f"/messages/{lost.pk}/decide/"
    page = as_alice.get(address)
    assert "sent, but no answer came back" in text(page)
    assert remote_ids(page.content.decode()) == []
    found = remote_ids(as_alice.get(f"{address}?list=1").content.decode())
    assert found
    answer = as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": found[0]}, follow=True)
    assert "Recognised" in text(answer)
    with team_scope(team.pk):
        asset = Asset.objects.get()
        assert (asset.remote_id, asset.status) == (found[0], AssetStatus.PROCESSING)
        assert asset.dubbings.get().stage == Stage.PREPARING
        assert asset.history.filter(note__startswith="Recognised by hand").exists()
        lost.refresh_from_db()
    assert lost.state == MessageState.DONE
    assert paid(own_sandbox) == before
    assert "This is settled" in text(as_alice.get(address))
    # What is known here is no candidate any more.
    again = as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": found[0]}, follow=True)
    assert "settled meanwhile" in text(again)


def test_an_id_that_panjaya_does_not_know_is_refused(as_alice, team, lost):
    for remote_id in ("", "nobody", "x" * 300):
        answer = as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": remote_id})
        assert answer.url == f"/messages/{lost.pk}/decide/"
    with team_scope(team.pk):
        assert Asset.objects.get().remote_id == ""


def test_an_id_that_another_video_has_is_refused(as_alice, team, lost, own_sandbox):
    address = f"/messages/{lost.pk}/decide/?list=1"
    found = remote_ids(as_alice.get(address).content.decode())
    with team_scope(team.pk):
        other = give_video(team).asset
        Asset.objects.filter(pk=other.pk).update(remote_id=found[0])
    assert found[0] not in remote_ids(as_alice.get(address).content.decode())
    as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": found[0]})
    with team_scope(team.pk):
        lost.refresh_from_db()
    assert lost.state == MessageState.UNCONFIRMED


def test_a_list_that_cannot_be_read_is_said(as_alice, team, lost, own_sandbox):
    switch_on(own_sandbox, "server-error", on=["list"])
    words = text(as_alice.get(f"/messages/{lost.pk}/decide/?list=1"))
    assert "does not answer just now" in words
    assert "Look at the list" in words


def test_a_look_proves_that_a_language_was_added(as_alice, alice, team, lost, own_sandbox):
    found = remote_ids(as_alice.get(f"/messages/{lost.pk}/decide/?list=1").content.decode())
    as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": found[0]})
    with team_scope(team.pk):
        asset = Asset.objects.select_related("locale").get()
        add_languages(asset=asset, actor=Actor(user=alice), drafts=[LanguageDraft("fr-FR")])
        added = OutboxMessage.objects.get(kind=Kind.ADD_LANGUAGES)
        switch_on(own_sandbox, "lost-answer")
        deliver_message(message_id=added.pk)
        added.refresh_from_db()
    assert added.state == MessageState.UNCONFIRMED
    assert "Look now" in text(as_alice.get(f"/messages/{added.pk}/decide/"))
    answer = as_alice.post(f"/messages/{added.pk}/look/", follow=True)
    assert "It did arrive" in text(answer)
    with team_scope(team.pk):
        added.refresh_from_db()
    assert added.state == MessageState.DONE


def test_a_look_that_shows_nothing_decides_nothing(as_alice, alice, team, lost, own_sandbox):
    found = remote_ids(as_alice.get(f"/messages/{lost.pk}/decide/?list=1").content.decode())
    as_alice.post(f"/messages/{lost.pk}/confirm/", {"remote_id": found[0]})
    with team_scope(team.pk):
        asset = Asset.objects.select_related("locale").get()
        add_languages(asset=asset, actor=Actor(user=alice), drafts=[LanguageDraft("fr-FR")])
        added = OutboxMessage.objects.get(kind=Kind.ADD_LANGUAGES)
        switch_on(own_sandbox, "lost-request")
        deliver_message(message_id=added.pk)
    answer = as_alice.post(f"/messages/{added.pk}/look/", follow=True)
    assert "shows nothing of it yet" in text(answer)
    with team_scope(team.pk):
        added.refresh_from_db()
    assert added.state == MessageState.UNCONFIRMED


@pytest.mark.parametrize("scenario", ["key-revoked", "too-many-requests"])
def test_what_the_far_side_did_not_take_waits_and_is_paid_once(team, far, own_sandbox, scenario):
    with team_scope(team.pk):
        message = give_video(team)
        before = paid(own_sandbox)
        switch_on(own_sandbox, scenario)
        deliver_message(message_id=message.pk)
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.WAITING, 1)
        deliver_message(message_id=message.pk)
        message.refresh_from_db()
    assert message.attempts == 1
    assert paid(own_sandbox) == before
