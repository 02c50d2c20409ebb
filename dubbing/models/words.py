"""By which words a video is found. The database keeps it, by triggers of a migration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func

from accounts.scoping import TeamManager, TeamOwned, TeamOwnedChild
from dubbing.models.assets import Asset
from dubbing.querysets import GRAMS, AssetWordsQuerySet


class AssetWords(TeamOwnedChild):
    """Title, reference, project, tags and remote id in lower case, one a line.

    A table of its own: a video's row changes with every callback, its words hardly ever, and each
    change of a row writes all its entries of the index anew.
    """

    asset = models.OneToOneField(
        Asset,
        primary_key=True,
        db_constraint=False,
        on_delete=models.CASCADE,
        related_name="words",
        editable=False,
    )
    text = models.TextField(editable=False)
    is_hidden = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="As its video is."
    )

    objects: ClassVar[Any] = TeamManager.of(AssetWordsQuerySet)

    class Meta(TeamOwned.Meta):
        indexes = [
            # Few entries wait aside, so that a search reads few of them one by one.
            GinIndex(
                Func(F("text"), function=GRAMS, output_field=ArrayField(models.TextField())),
                name="asset_words",
                fastupdate=True,
                gin_pending_list_limit=512,
            ),
        ]

    def __str__(self) -> str:
        return self.text
