from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, Team, User, hash_secret
from accounts.roles import Role
from accounts.scoping import all_teams
from tests.builders import make_api_key, make_member
from tests.conftest import signed_in


def only_key() -> ApiKey:
    with all_teams("test"):
        return ApiKey.objects.select_related("team").get()


def make(client: Client, **changes: str) -> str:
    fields = {"name": "ci", "role": "producer", "lifetime": ""} | changes
    return client.post("/keys/new/", fields).context["token"]


def api_status(token: str) -> int:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/locales/").status_code


def test_a_token_is_shown_once_and_kept_as_a_hash(as_alice: Client, alice: User) -> None:
    answer = as_alice.post("/keys/new/", {"name": "ci", "role": "viewer", "lifetime": ""})
    token = answer.context["token"]
    assert token in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    key = only_key()
    secret = token.split("_", 2)[2]
    assert key.secret_hash == hash_secret(secret)
    assert secret not in str(vars(key))
    assert key.created_by == alice
    page = as_alice.get("/keys/").content.decode()
    assert key.prefix in page
    assert secret not in page


def test_a_key_opens_the_api_until_it_is_revoked(as_alice: Client) -> None:
    token = make(as_alice)
    assert api_status(token) == 200
    url = f"/keys/{only_key().pk}/revoke/"
    assert "ci" in as_alice.get(url).content.decode()
    assert api_status(token) == 200
    as_alice.post(url)
    assert api_status(token) == 401


def test_a_key_can_end_by_itself(as_alice: Client) -> None:
    make(as_alice, lifetime="30")
    expires_at = only_key().expires_at
    assert expires_at is not None
    assert abs(expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_a_producer_makes_no_key_for_more_than_a_producer(team: Team) -> None:
    client = signed_in(make_member(team, Role.PRODUCER))
    answer = client.post("/keys/new/", {"name": "ci", "role": "owner", "lifetime": ""})
    assert "role" in answer.context["form"].errors
    with all_teams("test"):
        assert not ApiKey.objects.exists()


def test_a_producer_does_not_revoke_an_owners_key(team: Team) -> None:
    key, token = make_api_key(team, Role.OWNER)
    client = signed_in(make_member(team, Role.PRODUCER))
    answer = client.post(f"/keys/{key.pk}/revoke/", follow=True)
    assert "This key can do more than you." in answer.content.decode()
    assert api_status(token) == 200


def test_a_name_is_needed(as_alice: Client) -> None:
    answer = as_alice.post("/keys/new/", {"name": " ", "role": "viewer", "lifetime": ""})
    assert "name" in answer.context["form"].errors


def test_who_may_make_no_keys_sees_none(as_bob: Client) -> None:
    assert as_bob.get("/keys/").status_code == 403
    assert "/keys/" not in as_bob.get("/profile/").content.decode()


def test_another_teams_key_is_unknown(as_charlie: Client, team: Team) -> None:
    key, _ = make_api_key(team)
    assert as_charlie.post(f"/keys/{key.pk}/revoke/").status_code == 404
    assert key.prefix not in as_charlie.get("/keys/").content.decode()
