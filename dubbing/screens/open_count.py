"""The numbers in the rail: open commands, and dubs that need somebody. One query for both."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import F, Value

from accounts.models import Membership
from accounts.rail import COUNTERS
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage
from dubbing.services.attention import COUNTED_IN_RAIL, Viewer, needs_somebody
from dubbing.states import OPEN_MESSAGES

COUNTED = COUNTED_IN_RAIL
KEPT = "rail_counts"
QUEUE, ATTENTION = "dubbing:queue", "dubbing:attention"


def count_open(membership: Membership) -> int:
    """At most COUNTED."""
    return _counts(membership)[QUEUE]


def count_needy(membership: Membership) -> int:
    """At most COUNTED: what the page itself counts more exactly."""
    return _counts(membership)[ATTENTION]


def _counts(membership: Membership) -> Counter[str]:
    """Asked once for a membership that a request has read."""
    kept: Counter[str] | None = getattr(membership, KEPT, None)
    if kept is None:
        kept = _count(membership)
        setattr(membership, KEPT, kept)
    return kept


def _count(membership: Membership) -> Counter[str]:
    """Pages about a person have no team's scope open: it is opened here."""
    with team_scope(membership.team_id):
        commands = OutboxMessage.objects.filter(state__in=sorted(OPEN_MESSAGES)).order_by()
        parts = [_named(QUEUE, commands.values("pk")[:COUNTED])]
        viewer = Viewer(membership, membership.user)
        parts += [_named(ATTENTION, part) for part in needs_somebody(viewer)]
        found = set(parts[0].union(*parts[1:])) if len(parts) > 1 else set(parts[0])
    counts = Counter(name for name, _ in found)
    return Counter({name: min(count, COUNTED) for name, count in counts.items()})


def _named(name: str, rows: Any) -> Any:
    return rows.annotate(rail=Value(name)).values_list("rail", F("pk"))


def register() -> None:
    COUNTERS[QUEUE] = count_open
    COUNTERS[ATTENTION] = count_needy
