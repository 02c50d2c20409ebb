from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import Asset
from dubbing.states import AssetStatus, DubbingStatus, Kind, MessageState, Stage, VersionStatus
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.pages.html import has_tag, text_of
from tests.dubbing.pages.rows import make_message, reload

pytestmark = pytest.mark.django_db


def url_of(asset: Asset) -> str:
    return f"/assets/{asset.pk}/"


def test_refused_send_shows_the_reason_and_goes_again(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, remote_id="", status=AssetStatus.NOT_SENT)
    dubbing = make_dubbing(asset, stage=Stage.NOT_SENT, status=DubbingStatus.NOT_SENT)
    payload = {"dubbings": [str(dubbing.pk)]}
    message = make_message(
        asset, Kind.CREATE, MessageState.REFUSED, payload=payload, error_message="No minutes left"
    )
    page = as_alice.get(url_of(asset))
    assert "Panjaya refused: Send the video" in text_of(page)
    assert "“No minutes left”" in text_of(page)
    assert has_tag(page, 'href="/connection/"')
    page = as_alice.post(f"/messages/{message.pk}/retry/", follow=True)
    assert "It goes to Panjaya once more." in text_of(page)
    assert reload(message).state == MessageState.WAITING
    assert reload(asset).status == AssetStatus.SENDING


def test_refusal_for_want_of_a_call_leads_to_the_studio_and_not_back(
    as_alice: Client, team: Team
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.READY_TO_EDIT)
    connection = version.asset.connection
    connection.absent_calls = [{"call": "generate", "status_code": 404, "at": "2026-11-23"}]
    with all_teams("test"):
        connection.save(update_fields=["absent_calls"])
    message = make_message(version.asset, Kind.GENERATE, MessageState.REFUSED, version=version)
    page = as_alice.get(f"/versions/{version.pk}/")
    assert "Panjaya has no call for this: Generate the film" in text_of(page)
    assert not has_tag(page, f'action="/messages/{message.pk}/retry/"')


def test_unknown_outcome_asks_a_person_before_it_is_paid_twice(
    as_alice: Client, team: Team
) -> None:
    asset = make_asset(team, remote_id="", status=AssetStatus.UNCONFIRMED)
    dubbing = make_dubbing(asset, stage=Stage.UNCONFIRMED, status=DubbingStatus.UNCONFIRMED)
    payload = {"dubbings": [str(dubbing.pk)]}
    message = make_message(asset, Kind.CREATE, MessageState.UNCONFIRMED, payload=payload)
    page = as_alice.get(url_of(asset))
    assert "Nobody knows whether this arrived: Send the video" in text_of(page)
    assert has_tag(page, f'<a class="btn" href="/messages/{message.pk}/')
    assert not has_tag(page, f'action="/messages/{message.pk}/retry/"')
    asked = as_alice.get(f"/messages/{message.pk}/retry/")
    assert "it is paid twice" in text_of(asked)
    assert reload(message).state == MessageState.UNCONFIRMED
    as_alice.post(f"/messages/{message.pk}/retry/")
    assert reload(message).state == MessageState.WAITING


def test_failed_attempt_says_when_the_next_one_is(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
    make_message(
        asset, Kind.CREATE, MessageState.WAITING, error_message="Connection refused", attempts=2
    )
    text = text_of(as_alice.get(url_of(asset)))
    assert "Not sent yet: Send the video" in text
    assert "“Connection refused”" in text


def test_refusal_that_was_overtaken_is_history(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    version = make_version(asset, "de-DE", VersionStatus.READY_TO_EDIT)
    make_message(asset, Kind.GENERATE, MessageState.REFUSED, version=version)
    assert len(as_alice.get(url_of(asset)).context["screen"].troubles) == 1
    make_message(asset, Kind.GENERATE, MessageState.DONE, version=version)
    assert as_alice.get(url_of(asset)).context["screen"].troubles == []


@pytest.mark.parametrize("state", [MessageState.DONE, MessageState.SENDING])
def test_what_arrived_or_is_under_way_is_not_sent_again(
    as_alice: Client, team: Team, state: MessageState
) -> None:
    message = make_message(make_asset(team), Kind.CREATE, state)
    page = as_alice.post(f"/messages/{message.pk}/retry/", follow=True)
    assert "has an unknown outcome can be sent again." in text_of(page)
    assert reload(message).state == state


def test_retry_is_for_producers_of_the_team(as_bob: Client, as_charlie: Client, team: Team) -> None:
    message = make_message(make_asset(team), Kind.CREATE, MessageState.REFUSED)
    for method in ("get", "post"):
        assert getattr(as_bob, method)(f"/messages/{message.pk}/retry/").status_code == 403
        assert getattr(as_charlie, method)(f"/messages/{message.pk}/retry/").status_code == 404
    assert reload(message).state == MessageState.REFUSED
