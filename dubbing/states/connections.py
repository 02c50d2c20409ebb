"""What is known of a way to Panjaya."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class CheckResult(TextChoices):
    """What came of asking the engine for its list with a connection's key."""

    UNCHECKED = "unchecked", "Not checked yet"
    ACCEPTED = "accepted", "Accepted"
    UNVERIFIED = "unverified", "Not verified"
    REFUSED = "refused", "Key refused"


CHECK_BADGES: dict[CheckResult, Badge] = {
    CheckResult.UNCHECKED: Badge("Not checked yet", Group.ASKED, "help-circle", ""),
    CheckResult.ACCEPTED: Badge("Accepted", Group.DONE, "check", "The key reads Panjaya’s list."),
    CheckResult.UNVERIFIED: Badge(
        "Not verified", Group.SLOW, "alert-triangle", "Whether the key works is not known."
    ),
    CheckResult.REFUSED: Badge("Key refused", Group.BROKEN, "ban", "Panjaya refuses this key."),
}


class Finding(TextChoices):
    """How far an assumption about the engine has proved true."""

    WORKS = "works", "Works"
    DIFFERS = "differs", "Not understood"
    ABSENT = "absent", "Absent"
    UNKNOWN = "unknown", "Not seen yet"


FINDING_BADGES: dict[Finding, Badge] = {
    Finding.WORKS: Badge("Works", Group.DONE, "check", "It was seen to work."),
    Finding.DIFFERS: Badge(
        "Not understood", Group.BROKEN, "alert-triangle", "Panjaya does it in another way."
    ),
    Finding.ABSENT: Badge("Absent", Group.ASKED, "ban", "Panjaya offers no such call."),
    Finding.UNKNOWN: Badge("Not seen yet", Group.DONE, "help-circle", "Nothing has shown it."),
}
