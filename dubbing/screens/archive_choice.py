"""Which dubs somebody wants to download: rows that were chosen, or all that a filter shows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.models import User
from dubbing.filters import PARAMETERS, DubbingFilter, Problem
from dubbing.models import Dubbing
from dubbing.services.bulk.selection import read_ids


@dataclass(frozen=True)
class ArchiveChoice:
    """`assets` stand for all their dubs. `query` is a filter as the matrix has it in its address:
    it counts where no row is named. `since`: only films that were finished on that day or later.
    """

    ids: Sequence[uuid.UUID] = ()
    assets: Sequence[uuid.UUID] = ()
    query: str = ""
    since: date | None = None
    user: User | None = None

    @classmethod
    def read(cls, given: QueryDict, user: User) -> ArchiveChoice:
        """From a link, the matrix's form or the download's own. An id that is none is left out."""
        asked = [(name, value) for name in PARAMETERS for value in given.getlist(name)]
        is_all = "all" in given
        return cls(
            ids=() if is_all else _ids(given, "dubbing"),
            assets=() if is_all else _ids(given, "asset"),
            query=given.get("query") or urlencode(asked),
            since=_day(given.get("since", "")),
            user=user,
        )

    @classmethod
    def of_api(cls, given: Mapping[str, Any]) -> ArchiveChoice:
        """`dubbings`, `assets`, `filter` and `finished_since` as the API has them."""
        return cls(
            ids=given.get("dubbings", []),
            assets=given.get("assets", []),
            query=urlencode(given.get("filter", {}), doseq=True),
            since=given.get("finished_since"),
        )

    @property
    def names_rows(self) -> bool:
        return bool(self.ids or self.assets)

    @cached_property
    def asked(self) -> DubbingFilter:
        return DubbingFilter.parse(dict(QueryDict(self.query).lists()), self.user)

    @property
    def problems(self) -> Sequence[Problem]:
        """What of the filter was not understood."""
        return () if self.names_rows else self.asked.problems

    @property
    def words(self) -> str:
        """What was chosen, for the panel's head."""
        if self.names_rows:
            return "Of the rows you chose."
        sentence = self.asked.sentence()
        return f"Of all dubs that fit: {sentence}." if sentence else "Of all dubs of the team."

    def dubbings(self) -> QuerySet[Dubbing]:
        rows: QuerySet[Dubbing] = self.asked.dubbings()
        if self.names_rows:
            chosen = Q(pk__in=self.ids) | Q(asset__in=self.assets)
            rows = Dubbing.objects.shown().filter(chosen)
        if self.since:
            rows = rows.filter(current__completed_at__date__gte=self.since)
        return rows


def _ids(given: QueryDict, name: str) -> list[uuid.UUID]:
    try:
        return read_ids(given.getlist(name))
    except ValidationError:
        return []


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
