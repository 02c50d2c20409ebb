from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from dubbing.models import Asset, Dubbing, Version
from dubbing.services.actors import Actor
from tests.builders import make_asset, make_member, make_version


@pytest.fixture
def rita(team) -> User:
    return make_member(team, Role.REVIEWER, email="rita@example.org", name="Rita Rowan")


@pytest.fixture
def asset(in_team) -> Asset:
    return make_asset(in_team, title="Keynote", duration_seconds=Decimal("62.5"))


@pytest.fixture
def version(asset) -> Version:
    return make_version(asset)


@pytest.fixture
def dubbing(version) -> Dubbing:
    return version.dubbing


@pytest.fixture
def actor(alice) -> Actor:
    return Actor(user=alice)


@pytest.fixture
def reviewer(rita) -> Actor:
    return Actor(user=rita)


@pytest.fixture
def captured_count() -> Callable[[Callable[[], object]], int]:
    """How many statements a call takes."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    return count
