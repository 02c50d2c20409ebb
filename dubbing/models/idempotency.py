from __future__ import annotations

from django.db import models

from accounts.ids import new_id
from accounts.models import ApiKey
from accounts.scoping import TeamOwned


class IdempotentAnswer(TeamOwned):
    """What a create with an Idempotency-Key answered, so that its repeat gets the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TeamOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["team", "key"], name="idempotency_key_unique")
        ]

    def __str__(self) -> str:
        return self.key
