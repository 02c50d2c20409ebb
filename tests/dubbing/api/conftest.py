from __future__ import annotations

import pytest

from accounts.models import Team, User
from accounts.roles import Role
from tests.builders import make_api_key, make_connection
from tests.dubbing.api.caller import Caller
from tests.media import make_talking_video


@pytest.fixture
def producer(team: Team) -> Caller:
    make_connection(team)
    return Caller(make_api_key(team)[1])


@pytest.fixture
def looker(team: Team) -> Caller:
    return Caller(make_api_key(team, Role.VIEWER)[1])


@pytest.fixture
def outsider(charlie: User) -> Caller:
    return Caller(make_api_key(charlie.memberships.get().team, Role.OWNER)[1])


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Somebody speaks for two seconds."""
    return make_talking_video(tmp_path_factory.mktemp("media") / "v.mp4", seconds=2).read_bytes()
