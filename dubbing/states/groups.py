"""What a state asks of people, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Group(TextChoices):
    """What a state asks of people; the look has one colour per group."""

    MOVING = "moving", "Moves by itself"
    PERSON = "person", "Waits for a person"
    ASKED = "asked", "Waits for a decision"
    GO = "go", "Approved"
    DONE = "done", "Done"
    SLOW = "slow", "Slow"
    BROKEN = "broken", "Broken"


@dataclass(frozen=True)
class Badge:
    """How a state is shown: `icon` is a name of Tabler's set."""

    label: str
    group: Group
    icon: str
    meaning: str
