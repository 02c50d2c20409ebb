from __future__ import annotations

from django.db import models

from accounts.ids import new_id
from accounts.scoping import TeamOwnedChild
from dubbing.models.assets import REMOTE_ID_LENGTH, Asset
from dubbing.states import Event


class CallbackDelivery(TeamOwnedChild):
    """A callback whose signature was right, whatever it then said. Refused ones leave no row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(
        Asset, db_constraint=False, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(max_length=40, choices=Event, editable=False)
    raw_event = models.CharField(max_length=100, editable=False)
    version_remote_id = models.CharField(max_length=REMOTE_ID_LENGTH, blank=True, editable=False)
    locale_code = models.CharField(max_length=40, blank=True, editable=False)
    body = models.JSONField(default=dict, editable=False)
    moved = models.BooleanField(
        default=False, editable=False, help_text="It changed a version or asset at once."
    )
    signature_form = models.CharField(
        max_length=20, blank=True, editable=False, help_text="How its signature was written."
    )
    received_at = models.DateTimeField(editable=False)

    class Meta(TeamOwnedChild.Meta):
        ordering = ("-received_at", "-id")
        verbose_name_plural = "callback deliveries"

    def __str__(self) -> str:
        return f"{self.raw_event} for {self.asset_id}"
