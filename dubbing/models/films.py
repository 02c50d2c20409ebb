from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts.ids import new_id
from accounts.scoping import TeamManager, TeamOwnedChild
from dubbing.models.assets import Asset
from dubbing.models.dubbings import Version
from dubbing.querysets import FilmQuerySet
from dubbing.states import FilmState


def film_path(film: Film, name: str) -> str:
    return f"{film.team_id}/{film.asset_id}/films/{name}"


class Film(TeamOwnedChild):
    """Our own copy of a finished film. It stays when a revise deletes the engine's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(
        Asset, db_constraint=False, on_delete=models.CASCADE, related_name="films"
    )
    version = models.ForeignKey(
        Version, db_constraint=False, on_delete=models.CASCADE, related_name="films"
    )
    generation = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        max_length=20, choices=FilmState, default=FilmState.WANTED, editable=False
    )
    file = models.FileField(upload_to=film_path, max_length=300, blank=True, editable=False)
    size = models.BigIntegerField(null=True, editable=False, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    crc32 = models.BigIntegerField(
        null=True, editable=False, help_text="What archives name it by; older films have none yet."
    )
    duration_seconds = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, editable=False
    )
    facts = models.JSONField(default=dict, editable=False)
    stored_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = TeamManager.of(FilmQuerySet)

    class Meta(TeamOwnedChild.Meta):
        ordering = ("version", "-generation")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "generation"], name="film_generation_unique"
            ),
            models.CheckConstraint(
                name="film_stored_is_whole",
                condition=~models.Q(state=FilmState.STORED)
                | (~models.Q(file="") & ~models.Q(sha256="") & models.Q(size__gt=0)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="film_due", condition=models.Q(state=FilmState.WANTED)
            )
        ]

    def __str__(self) -> str:
        return f"Film {self.generation} of {self.version}"

    @property
    def is_stored(self) -> bool:
        return self.state == FilmState.STORED
