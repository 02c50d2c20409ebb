"""Lists cost the same number of queries however long they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import OutboxMessage, Project
from dubbing.states import Kind, MessageState, VersionStatus
from tests.builders import make_api_key, make_asset, make_version
from tests.dubbing.api.caller import Caller

MOST_QUERIES = 8


@pytest.fixture
def full_team(team: Team) -> Team:
    """20 videos, each with two languages, one of them with two versions and a refusal."""
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Spring")
    for number in range(20):
        asset = make_asset(team, project=project if number % 2 else None)
        make_version(asset, "de-DE", VersionStatus.FAILED)
        version = make_version(asset, "de-DE")
        make_version(asset, "fr-FR", VersionStatus.COMPLETED)
        with all_teams("test"):
            OutboxMessage.objects.create(
                team=team,
                asset=asset,
                version=version,
                kind=Kind.GENERATE,
                state=MessageState.REFUSED,
                due_at=timezone.now(),
            )
    return team


def counted(call: Any) -> int:
    call()  # once before: what is fetched only the first time is not the list's
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "path",
    [
        "assets/",
        "assets/?q=video&tag=x&locale=de-DE&status=Ready",
        "assets/?updated_since=2020-01-01T00:00:00Z",
        "dubbings/",
        "dubbings/?stage=ready",
        "locales/",
    ],
)
def test_list_of_the_api(full_team: Team, path: str) -> None:
    caller = Caller(make_api_key(full_team)[1])
    assert counted(lambda: caller.get(path)) <= MOST_QUERIES


def test_list_page(full_team: Team, as_alice: Client) -> None:
    address = reverse("dubbing:asset-list")
    few = counted(lambda: as_alice.get(address, {"q": "nothing matches this"}))
    many = counted(lambda: as_alice.get(address))
    # Session and user come before every page.
    assert few <= many <= MOST_QUERIES + 2
