"""Who may do what. Pages, API and admin all ask this one table."""

from __future__ import annotations

from enum import Enum

from django.db import models


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    PRODUCER = "producer", "Producer"
    REVIEWER = "reviewer", "Reviewer"
    VIEWER = "viewer", "Viewer"


class Can(Enum):
    """Something a member may do; the value is how the role matrix words it."""

    VIEW = "See videos, dubs and history, and watch the films"
    DOWNLOAD = "Download finished films"
    EDIT_IN_STUDIO = "Open a dub in Panjaya’s studio"
    REVIEW = "Review: approve, ask for a revision, write and resolve notes"
    PRODUCE = "Send videos, add languages, generate, revise, hide, retry and assign"
    MAKE_KEYS = "Make and revoke API keys"
    MANAGE_MONEY = "Set prices and the month’s ceiling, release what waits above it"
    MANAGE_TEAM = "Invite and remove people, change roles"


ALLOWED: dict[Can, frozenset[Role]] = {
    Can.VIEW: frozenset(Role),
    Can.DOWNLOAD: frozenset({Role.OWNER, Role.PRODUCER, Role.REVIEWER}),
    Can.EDIT_IN_STUDIO: frozenset({Role.OWNER, Role.PRODUCER, Role.REVIEWER}),
    Can.REVIEW: frozenset({Role.OWNER, Role.PRODUCER, Role.REVIEWER}),
    Can.PRODUCE: frozenset({Role.OWNER, Role.PRODUCER}),
    Can.MAKE_KEYS: frozenset({Role.OWNER, Role.PRODUCER}),
    Can.MANAGE_MONEY: frozenset({Role.OWNER}),
    Can.MANAGE_TEAM: frozenset({Role.OWNER}),
}

# From most to least: nobody hands out more than they have.
RANK = {role: rank for rank, role in enumerate(Role)}


def allows(role: str, action: Can) -> bool:
    return Role(role) in ALLOWED[action]


def roles_up_to(role: str) -> list[Role]:
    """The roles that somebody of this role may give to a key or a person."""
    return [other for other in Role if RANK[other] >= RANK[Role(role)]]
