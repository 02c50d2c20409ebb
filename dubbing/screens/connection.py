"""The page about a team's way to Panjaya."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dubbing.models import Asset, Connection
from dubbing.services.assumptions import Assumption, report_assumptions
from dubbing.services.reachability import why_no_callbacks
from dubbing.states import CHECK_BADGES, Badge, CheckResult, Finding


@dataclass(frozen=True)
class ConnectionScreen:
    connection: Connection

    @property
    def badge(self) -> Badge:
        return CHECK_BADGES[CheckResult(self.connection.check_result)]

    @property
    def is_accepted(self) -> bool:
        return self.connection.check_result == CheckResult.ACCEPTED

    @cached_property
    def why_no_callbacks(self) -> str:
        return why_no_callbacks(self.connection)

    @cached_property
    def assumptions(self) -> list[Assumption]:
        return report_assumptions(self.connection)

    @property
    def misunderstood(self) -> int:
        return sum(row.finding == Finding.DIFFERS for row in self.assumptions)

    @property
    def is_used(self) -> bool:
        return bool(Asset.objects.filter(connection=self.connection).exists())

    @property
    def profile_words(self) -> str:
        """How much its spellings differ from what the desk assumes."""
        changes = sum(
            len(value) if isinstance(value, dict) else 1
            for value in self.connection.profile.values()
        )
        if not changes:
            return "As this desk assumes them"
        return f"{changes} of its own"
