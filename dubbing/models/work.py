"""What people add to the mirror: notes, saved views, and what the desk keeps of each member."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamOwnedChild
from dubbing.models.assets import TITLE_LENGTH, Asset
from dubbing.models.dubbings import Dubbing, Version
from dubbing.querysets import NoteQuerySet, SavedViewQuerySet


class Note(TeamOwnedChild):
    """A remark at a moment of a dub, or about all of it; replies hang beneath it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(
        Asset, db_constraint=False, on_delete=models.CASCADE, related_name="notes"
    )
    dubbing = models.ForeignKey(
        Dubbing, db_constraint=False, on_delete=models.CASCADE, related_name="notes"
    )
    version = models.ForeignKey(
        Version,
        db_constraint=False,
        null=True,
        on_delete=models.CASCADE,
        related_name="notes",
        help_text="The version that was looked at.",
    )
    reply_to = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="replies", editable=False
    )
    at_seconds = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="On the film’s clock; none: the note is about all of it.",
    )
    text = models.TextField()
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    author_key = models.ForeignKey(ApiKey, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[Any] = TeamManager.of(NoteQuerySet)

    class Meta(TeamOwnedChild.Meta):
        ordering = ("at_seconds", "id")
        indexes = [
            models.Index(fields=["dubbing", "id"], name="note_of_dubbing"),
            models.Index(
                fields=["team", "dubbing"], name="note_open", condition=Q(resolved_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class SavedView(TeamOwned):
    """Named filters of the matrix or the list, as they stand in the address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=TITLE_LENGTH)
    page = models.CharField(max_length=20, help_text="“matrix” or “list”.")
    query = models.CharField(max_length=2000, blank=True, help_text="Without the question mark.")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField("for the whole team", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = TeamManager.of(SavedViewQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["team", "user", "name"], name="saved_view_unique")
        ]

    def __str__(self) -> str:
        return self.name


class MemberDesk(TeamOwned):
    """How one person left one team's desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    start_view = models.ForeignKey(
        SavedView, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    columns = models.JSONField(default=list, blank=True, help_text="Of the list, in order.")
    is_comfortable = models.BooleanField("comfortable density", default=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    last_here_at = models.DateTimeField(
        null=True, editable=False, help_text="When the visit before this one ended."
    )
    wants_digest = models.BooleanField("daily digest by mail", default=True)
    digest_sent_on = models.DateField(null=True, editable=False)
    download_pattern = models.CharField(
        max_length=300,
        blank=True,
        db_default="",
        help_text="How this person last had downloaded films named.",
    )

    class Meta(TeamOwned.Meta):
        ordering = ("team", "user")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_desk_unique")]

    def __str__(self) -> str:
        return f"{self.user} at {self.team}"
