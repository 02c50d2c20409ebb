"""Videos prepared together, and what pre-flight thinks of each."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class BatchState(TextChoices):
    """Videos that are prepared together: kept as a draft until they are sent."""

    OPEN = "open", "Being prepared"
    SENDING = "sending", "Being taken over"
    SENT = "sent", "Given to the desk"
    DISCARDED = "discarded", "Thrown away"


class Verdict(TextChoices):
    """What pre-flight thinks of one video of a batch."""

    UNCHECKED = "unchecked", "Not checked"
    CHECKING = "checking", "Being checked"
    GREEN = "green", "Fit to send"
    AMBER = "amber", "Look at it first"
    RED = "red", "Cannot be sent"


VERDICT_BADGES: dict[Verdict, Badge] = {
    Verdict.UNCHECKED: Badge("Not checked", Group.ASKED, "help-circle", "Nobody has looked yet."),
    Verdict.CHECKING: Badge("Being checked", Group.MOVING, "loader", "The desk looks into it."),
    Verdict.GREEN: Badge("Fit to send", Group.GO, "check", "Nothing speaks against it."),
    Verdict.AMBER: Badge(
        "Look at it first", Group.SLOW, "alert-triangle", "It can be sent; something looks odd."
    ),
    Verdict.RED: Badge("Cannot be sent", Group.BROKEN, "x", "Mend what is named first."),
}
