from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned
from dubbing.models.assets import Asset
from dubbing.models.dubbings import Version
from dubbing.querysets import OutboxQuerySet
from dubbing.states import OPEN_MESSAGES, Kind, MessageState


class OutboxMessage(TeamOwned):
    """A command on its way to the engine. The broker only wakes; this row is the work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="messages")
    version = models.ForeignKey(
        Version, null=True, on_delete=models.CASCADE, related_name="messages"
    )
    kind = models.CharField(max_length=20, choices=Kind, editable=False)
    payload = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        max_length=20, choices=MessageState, default=MessageState.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(
        null=True, editable=False, help_text="When it was about to be sent the last time."
    )
    settled_at = models.DateTimeField(null=True, editable=False)
    tried_since = models.DateTimeField(
        null=True, editable=False, help_text="The first attempt of this round of tries."
    )
    slot_at = models.DateTimeField(
        null=True, editable=False, help_text="When it has a place among the key’s sends."
    )
    unknown_at = models.DateTimeField(
        null=True, editable=False, help_text="When an attempt’s outcome was last unknown."
    )
    held_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when it waits for an owner’s release: above the month’s ceiling.",
    )
    status_code = models.PositiveSmallIntegerField(null=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    actor = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    actor_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = TeamManager.of(OutboxQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-created_at", "-id")
        constraints = [
            # A double click finds the first one's message instead of paying twice.
            models.UniqueConstraint(
                fields=["asset"],
                condition=Q(kind=Kind.CREATE, state__in=sorted(OPEN_MESSAGES)),
                name="outbox_one_open_create",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(version__isnull=False, state__in=sorted(OPEN_MESSAGES)),
                name="outbox_one_open_per_version",
            ),
        ]
        indexes = [
            # The sweep's question; settled rows, nearly all, are not in it.
            models.Index(
                fields=["due_at"],
                name="outbox_waiting",
                condition=Q(state__in=[MessageState.WAITING, MessageState.SENDING]),
            ),
            # What a page, the rail and a lane ask about: a team's open ones, and those under way.
            models.Index(
                fields=["team", "due_at", "id"],
                name="outbox_open",
                condition=Q(state__in=sorted(OPEN_MESSAGES)),
            ),
            models.Index(
                fields=["lease_until"],
                name="outbox_under_way",
                condition=Q(state=MessageState.SENDING),
            ),
            # What operators are told of: how many went wrong, and when one was last taken up.
            models.Index(
                fields=["state", "-id"],
                name="outbox_troubled",
                condition=Q(state__in=[MessageState.REFUSED, MessageState.UNCONFIRMED]),
            ),
            models.Index(
                fields=["-sent_at"],
                name="outbox_claimed",
                condition=Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.asset}"
