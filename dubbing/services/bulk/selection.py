"""What somebody chose: rows by their ids, or all that a filter shows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from dubbing.models import Asset, Dubbing

# Far more than anybody looks at; whoever means more says it in parts.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Selection:
    """Dubs, videos (with all their dubs), or querysets of what a filter shows. Hidden ones never
    belong to it unless they are named.
    """

    dubbings: Sequence[uuid.UUID] = ()
    assets: Sequence[uuid.UUID] = ()
    shown_dubbings: Any = None
    shown_assets: Any = None

    @property
    def is_empty(self) -> bool:
        is_all = self.shown_dubbings is not None or self.shown_assets is not None
        return not (self.dubbings or self.assets or is_all)

    def chosen_dubbings(self) -> QuerySet[Any]:
        rows = Dubbing.objects.none()
        if self.shown_dubbings is not None:
            rows = Dubbing.objects.filter(pk__in=self.shown_dubbings.order_by().values("pk"))
        elif self.shown_assets is not None:
            rows = Dubbing.objects.filter(asset__in=self.shown_assets.order_by().values("pk"))
        if self.dubbings:
            rows = rows | Dubbing.objects.filter(pk__in=self.dubbings)
        if self.assets:
            rows = rows | Dubbing.objects.filter(asset__in=self.assets)
        return rows

    def chosen_assets(self) -> QuerySet[Any]:
        rows = Asset.objects.none()
        if self.shown_assets is not None:
            rows = Asset.objects.filter(pk__in=self.shown_assets.order_by().values("pk"))
        elif self.shown_dubbings is not None:
            rows = Asset.objects.filter(pk__in=self.shown_dubbings.order_by().values("asset"))
        if self.assets:
            rows = rows | Asset.objects.filter(pk__in=self.assets)
        if self.dubbings:
            of_these = Dubbing.objects.filter(pk__in=self.dubbings).order_by().values("asset")
            rows = rows | Asset.objects.filter(pk__in=of_these)
        return rows


def read_ids(given: Iterable[str]) -> list[uuid.UUID]:
    """Each once. One text may hold many, with commas: forms have fewer fields than pages cells.

    Raises ValidationError (code `unknown_row`) for what is no id.
    """
    texts = [part.strip() for text in given for part in str(text).split(",") if part.strip()]
    try:
        return list(dict.fromkeys(uuid.UUID(text) for text in texts))
    except ValueError:
        raise ValidationError(
            "One of the chosen rows has no id of ours.", code="unknown_row"
        ) from None
