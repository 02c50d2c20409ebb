"""What somebody chose: rows by their ids, or all that a filter shows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import User
from dubbing.filters import DubbingFilter
from dubbing.models import Asset, Dubbing

# Far more than anybody looks at; whoever means more says it in parts.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Selection:
    """Dubs, videos (with all their dubs), or both querysets of what a filter shows."""

    dubbings: Sequence[uuid.UUID] = ()
    assets: Sequence[uuid.UUID] = ()
    shown_dubbings: Any = None
    shown_assets: Any = None

    def chosen_dubbings(self) -> Any:
        if self.shown_dubbings is not None:
            return Dubbing.objects.filter(pk__in=_keys(self.shown_dubbings))
        return Dubbing.objects.filter(Q(pk__in=self.dubbings) | Q(asset__in=self.assets))

    def chosen_assets(self) -> Any:
        if self.shown_assets is not None:
            return Asset.objects.filter(pk__in=_keys(self.shown_assets))
        of_these = Dubbing.objects.filter(pk__in=self.dubbings).order_by().values("asset")
        return Asset.objects.filter(Q(pk__in=self.assets) | Q(pk__in=of_these))


def _keys(rows: Any) -> Any:
    return rows.order_by().values("pk")


def check_not_too_many(rows: Any) -> None:
    """Before anything is sorted or counted whole: a team may have millions.

    Raises ValidationError (code `too_many_chosen`).
    """
    if rows.order_by()[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise ValidationError(
            f"These are more than {MOST_ROWS:,}. Narrow the filter and do it in parts.",
            code="too_many_chosen",
        )


def select_all(query: Mapping[str, Sequence[str]], *, member: User | None) -> Selection:
    """All that a filter shows; `query` as an address has it.

    Raises ValidationError (code `invalid_filter`) for a filter that is not understood whole: what
    pages leave out of it would here be done to rows that nobody meant.
    """
    found = DubbingFilter.parse(query, member)
    if found.problems:
        words = " ".join(problem.sentence for problem in found.problems)
        raise ValidationError(f"The filter is not understood: {words}", code="invalid_filter")
    return Selection(shown_dubbings=found.dubbings(), shown_assets=found.assets())


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
