from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import User
from accounts.scoping import TeamManager, TeamOwned, TeamQuerySet


def address_digest(address: str, wanted: str = "video") -> str:
    """A look for the sound alone is another one than a look for the video."""
    marked = address if wanted == "video" else f"{wanted} {address}"
    return hashlib.sha256(marked.encode()).hexdigest()


class LinkCheckQuerySet(TeamQuerySet):
    def due(self, now: datetime) -> models.QuerySet[Any]:
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, due_at__lte=now)


class LinkCheck(TeamOwned):
    """What a look at an address told, kept for some minutes: rows and forms ask it together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.CharField(max_length=2000, editable=False)
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the address.")
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    asked_at = models.DateTimeField(editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    facts = models.JSONField(default=dict, editable=False, help_text="LinkFacts.as_json()")
    error_code = models.CharField(max_length=100, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    is_passing = models.BooleanField(
        default=False, editable=False, help_text="The error may be gone in a minute."
    )

    objects: ClassVar[Any] = TeamManager.of(LinkCheckQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["team", "digest"], name="link_check_address_unique")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="link_check_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["asked_by", "asked_at"], name="link_check_asked"),
            models.Index(fields=["asked_at"], name="link_check_age"),
        ]

    def __str__(self) -> str:
        return f"Look at an address, {self.asked_at:%-d %B %Y, %H:%M}"
