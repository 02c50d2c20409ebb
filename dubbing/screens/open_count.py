"""How many commands are open: the number in the rail."""

from __future__ import annotations

from accounts.models import Membership
from accounts.rail import COUNTERS
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage
from dubbing.states import OPEN_MESSAGES

COUNTED = 100


def count_open(membership: Membership) -> int:
    """At most COUNTED. Pages about a person have no team's scope open: it is opened here."""
    with team_scope(membership.team_id):
        open_messages = OutboxMessage.objects.filter(state__in=sorted(OPEN_MESSAGES))
        return int(open_messages.order_by()[:COUNTED].count())


def register() -> None:
    COUNTERS["dubbing:queue"] = count_open
