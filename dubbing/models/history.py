from __future__ import annotations

from django.db import models

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamOwnedChild
from dubbing.models.assets import Asset
from dubbing.models.dubbings import Dubbing, Version
from dubbing.states import Cause


class StatusChange(TeamOwnedChild):
    """What changed, from what to what, when, and who or what did it. Rows are never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(
        Asset, db_constraint=False, on_delete=models.CASCADE, related_name="history"
    )
    dubbing = models.ForeignKey(
        Dubbing, db_constraint=False, null=True, on_delete=models.CASCADE, related_name="history"
    )
    version = models.ForeignKey(
        Version, db_constraint=False, null=True, on_delete=models.CASCADE, related_name="history"
    )
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True, help_text="A sentence for people.")
    cause = models.CharField(max_length=20, choices=Cause)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_key = models.ForeignKey(ApiKey, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta(TeamOwnedChild.Meta):
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["asset", "-at", "-id"], name="history_of_asset")]

    def __str__(self) -> str:
        return self.note or f"{self.before} → {self.after}"
