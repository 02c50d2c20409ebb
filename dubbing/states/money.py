"""What dubs are expected to cost."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class Rounding(TextChoices):
    """How a length becomes minutes that are paid."""

    SECOND = "second", "By the second"
    STARTED_MINUTE = "started_minute", "Every started minute"


class SpendState(TextChoices):
    """Whether an expected cost counts towards its month."""

    HELD = "held", "Waits for an owner’s release"
    COUNTED = "counted", "Counted"
    TAKEN_BACK = "taken_back", "Given back"


SPEND_BADGES: dict[SpendState, Badge] = {
    SpendState.HELD: Badge(
        "Waits for release", Group.ASKED, "lock", "It goes above the month’s ceiling."
    ),
    SpendState.COUNTED: Badge("Counted", Group.DONE, "check", "It is part of the month’s sum."),
    SpendState.TAKEN_BACK: Badge(
        "Given back", Group.SLOW, "arrow-back-up", "It was taken back or refused."
    ),
}
