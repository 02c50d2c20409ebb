"""What every part of the making has at hand, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import TeamOwned
from dubbing.demo.chances import Chances
from dubbing.demo.files import Shelf
from dubbing.demo.people import EARS, PEOPLE
from dubbing.models import (
    Asset,
    Connection,
    Dubbing,
    Film,
    Note,
    OutboxMessage,
    Project,
    RateCard,
    SpendEntry,
    StatusChange,
    Version,
)
from dubbing.states import Cause

PRODUCERS = [name for name, role in PEOPLE if role == Role.PRODUCER]
REVIEWERS = [name for name, role in PEOPLE if role == Role.REVIEWER]


@dataclass
class Rows:
    """In the order in which they are written: parents first."""

    assets: list[Asset] = field(default_factory=list)
    dubbings: list[Dubbing] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    messages: list[OutboxMessage] = field(default_factory=list)
    films: list[Film] = field(default_factory=list)
    changes: list[StatusChange] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    spending: list[SpendEntry] = field(default_factory=list)

    def lists(self) -> Iterator[Sequence[TeamOwned]]:
        yield self.assets
        yield self.dubbings
        yield self.versions
        yield self.messages
        yield self.films
        yield self.changes
        yield self.notes
        yield self.spending


@dataclass
class Studio:
    team: Team
    connection: Connection
    people: dict[str, User]
    projects: dict[str, Project]
    card: RateCard
    shelf: Shelf
    chances: Chances
    now: datetime
    rows: Rows = field(default_factory=Rows)

    def producer_of(self, project: str) -> User:
        return self.people[PRODUCERS[list(self.projects).index(project) % len(PRODUCERS)]]

    def reviewer_of(self, locale: str) -> User:
        ears = [name for name, locales in EARS.items() if locale in locales]
        return self.people[ears[0] if ears else self.chances.choice(REVIEWERS)]

    def tell(
        self,
        asset: Asset,
        at: datetime,
        *,
        dubbing: Dubbing | None = None,
        version: Version | None = None,
        before: str = "",
        after: str = "",
        note: str = "",
        cause: Cause = Cause.CALLBACK,
        actor: User | None = None,
    ) -> None:
        """One line of the asset's history."""
        self.rows.changes.append(
            StatusChange(
                id=self.chances.id_at(at),
                team=self.team,
                asset=asset,
                dubbing=dubbing,
                version=version,
                before=before,
                after=after,
                note=note,
                cause=Cause.PERSON if actor else cause,
                actor=actor,
                at=at,
            )
        )
