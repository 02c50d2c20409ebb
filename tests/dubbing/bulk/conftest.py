from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Team, User
from accounts.roles import Role
from dubbing.models import BulkAction, BulkRow, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.brakes import set_delay
from dubbing.services.bulk import Selection, begin_bulk, prepare_bulk
from dubbing.states import BulkVerb, VersionStatus
from tests.builders import make_asset, make_member, make_version

Choose = Callable[..., BulkAction]


@pytest.fixture
def actor(in_team: Team, alice: User) -> Actor:
    return Actor(user=alice)


@pytest.fixture
def rita(team: Team) -> User:
    return make_member(team, Role.REVIEWER, email="rita@example.org", name="Rita Rowan")


@pytest.fixture
def slow(in_team: Team) -> Team:
    """A team that can take its commands back for half a minute."""
    set_delay(team=in_team, seconds=30)
    return in_team


@pytest.fixture
def dubs(in_team: Team) -> Callable[..., list[Dubbing]]:
    def make(
        count: int, locales: tuple[str, ...] = ("de-DE",), status: Any = VersionStatus.READY_TO_EDIT
    ) -> list[Dubbing]:
        made = []
        for _ in range(count):
            asset = make_asset(in_team, duration_seconds=60)
            made += [make_version(asset, locale, status).dubbing for locale in locales]
        return made

    return make


@pytest.fixture
def choose(actor: Actor, in_team: Team) -> Choose:
    """Prepares an action over these dubs; not begun."""

    def prepare(verb: BulkVerb, dubbings: list[Dubbing], **values: Any) -> BulkAction:
        return prepare_bulk(
            team=in_team,
            actor=actor,
            verb=verb,
            selection=Selection(dubbings=[dubbing.pk for dubbing in dubbings]),
            values=values or None,
        )

    return prepare


@pytest.fixture
def act(choose: Choose, actor: Actor) -> Choose:
    """Prepares and carries out."""

    def carry_out(verb: BulkVerb, dubbings: list[Dubbing], **values: Any) -> BulkAction:
        return begin_bulk(action=choose(verb, dubbings, **values), actor=actor)

    return carry_out


def outcomes(action: BulkAction) -> list[str]:
    return list(action.rows.values_list("outcome", flat=True))


def reasons(action: BulkAction) -> list[str]:
    return list(action.rows.values_list("reason", flat=True))


def row_of(action: BulkAction, dubbing: Dubbing) -> BulkRow:
    row: BulkRow = action.rows.get(dubbing=dubbing)
    return row
