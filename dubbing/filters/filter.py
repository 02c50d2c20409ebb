from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts.models import User
from dubbing.filters.parameters import PARAMETERS, REPEATABLE, Reader
from dubbing.filters.terms import NonsenseError, Problem, Term, in_stages
from dubbing.models import Asset, AssetWords, Dubbing
from dubbing.querysets import COMMON, COMMON_TO_COUNT
from dubbing.states import Stage

# Each is a question by itself, and takes the planner's time.
MOST_ALTERNATIVES = 16


@dataclass(frozen=True)
class DubbingFilter:
    """Which videos and dubs are asked for, of the active team.

    `terms` in the order of PARAMETERS; `problems` are of what could not be read.
    """

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, query: Mapping[str, Sequence[str]], member: User | None = None) -> DubbingFilter:
        """`query`: every value of each parameter, such as a QueryDict's lists. Names that are no
        parameter are left alone. `member`: who “me” is. Costs a query for each of project,
        owner and reviewer that is named."""
        terms: list[Term] = []
        problems: list[Problem] = []
        for name, reader in PARAMETERS.items():
            cleaned = map(_clean, query.get(name, ()))
            values = tuple(dict.fromkeys(value for value in cleaned if value))
            if values:
                term, told = _read(reader, name, values, member)
                terms += [term] if term else []
                problems += told
        return cls(tuple(terms), tuple(problems))

    @cached_property
    def values(self) -> dict[str, tuple[str, ...]]:
        return {term.name: term.values for term in self.terms}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.terms)

    @property
    def is_hidden(self) -> bool:
        return "hidden" in self.values

    @property
    def text(self) -> str:
        return next((term.text for term in self.terms if term.text), "")

    @property
    def asks_for_dubs(self) -> bool:
        """Whether only some of a video's languages may fit."""
        return any(term.dubs is not None for term in self.terms)

    def query(self, **changes: Sequence[str]) -> str:
        """As an address has it, in one order whatever order it was given in. `changes`: values
        that take the place of a parameter's own; none take it out."""
        wanted = {**self.values, **{name: tuple(values) for name, values in changes.items()}}
        known = [name for name in PARAMETERS if wanted.get(name)]
        return urlencode([(name, value) for name in known for value in wanted[name]])

    def sentence(self) -> str:
        """“Project Kitchen, state ready for review, due overdue”; empty: everything."""
        return ", ".join(
            f"{term.label if not at else term.label.lower()} {term.words}"
            for at, term in enumerate(self.terms)
        )

    def assets(self) -> QuerySet[Any]:
        """Videos that fit and, where dubs are asked for, have one that fits."""
        rows = self._videos
        if self.asks_for_dubs:
            dubs = Dubbing.objects.filter(self.dubs_condition, is_hidden=self.is_hidden)
            rows = rows.filter(Exists(dubs.filter(asset=OuterRef("pk"))))
        return rows

    def first_assets(
        self, most: int, *, before: uuid.UUID | None = None, after: uuid.UUID | None = None
    ) -> QuerySet[Any]:
        """The newest that fit, of those older than `before`; with `after` those newer than it,
        the oldest first."""
        sign, word, edge = ("", "gt", after) if after else ("-", "lt", before)
        rows = self.everything()
        if self._alternatives or self._is_text_alone:
            beyond = Q(**{f"asset__{word}": edge}) if edge else Q()
            rows = rows.filter(pk__in=self._nearest_ids(most, f"{sign}asset_id", beyond))
        else:
            rows = self.assets().filter(Q(**{f"pk__{word}": edge}) if edge else Q())
        return rows.order_by(f"{sign}pk")[:most]

    def asset_ids(self, most: int) -> QuerySet[Any]:
        """To count: at least `most` ids of videos that fit, or all."""
        if self._is_text_alone:
            is_common = self._how_common >= COMMON_TO_COUNT
            return self._words(is_common=is_common).values("asset_id")[:most]
        if self._alternatives:
            return self._nearest_ids(most, "-asset_id", Q())
        return self.assets().order_by().values("pk")[:most]

    def _nearest_ids(self, most: int, order: str, beyond: Q) -> QuerySet[Any]:
        """Of videos, from their dubs or words alone: those know whether they are hidden. At most
        so many of each alternative."""
        sources = (
            [self._words(is_common=self._how_common >= COMMON)]
            if self._is_text_alone
            else [
                Dubbing.objects.filter(one, is_hidden=self.is_hidden).distinct()
                for one in self._alternatives
            ]
        )
        found = [
            source.filter(beyond).order_by(order).values("asset_id")[:most] for source in sources
        ]
        return found[0].union(*found[1:]) if len(found) > 1 else found[0]

    def _words(self, *, is_common: bool) -> QuerySet[Any]:
        words = AssetWords.objects.filter(is_hidden=self.is_hidden)
        found: QuerySet[Any] = words.found_by(self.text, is_common=is_common).order_by()
        return found

    def dubbings(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Dubbing.objects.filter(self.dubs_condition, is_hidden=self.is_hidden)
        if self._is_of_videos:
            rows = rows.filter(asset__in=self._videos.order_by().values("pk"))
        return rows

    def dubbings_in(self, stages: Iterable[Stage]) -> QuerySet[Any]:
        """To count: those of `dubbings` that are in one of these stages.

        What terms say of stages is settled here: as two conditions on the stage they lead a plan
        to all of somebody's dubs.
        """
        staged = [term.by_stage for term in self.terms if term.by_stage is not None]
        asked = {
            stage: _all(one[stage] for one in staged)
            for stage in stages
            if all(stage in one for one in staged)
        }
        rest = _all(term.dubs for term in self.terms if term.by_stage is None)
        rows: QuerySet[Any] = Dubbing.objects.filter(in_stages(asked) & rest)
        rows = rows.filter(is_hidden=self.is_hidden) if asked else rows.none()
        return self._of_videos(rows) if self._is_of_videos else rows

    def counted_in(self, stages: Collection[Stage], most: int) -> QuerySet[Any]:
        """To count: a row for each of `dubbings_in`, at least `most` or all. A project's stage by
        stage, so that they and its videos are read in one order and compared."""
        if "project" not in self.values:
            return self.dubbings_in(stages).order_by().values(one=Value(1))[:most]
        found = [
            self.dubbings_in([stage]).order_by("-asset_id").values("asset_id")[:most]
            for stage in stages
        ]
        return found[0].union(*found[1:], all=True)

    def _of_videos(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of videos that fit. A project's stand in an index; others are looked at one by one,
        joined once for their lengths too."""
        if self.text or "project" in self.values:
            return rows.filter(asset__in=self._videos.order_by().values("pk"))
        asked = [
            Q(**{f"asset__{name}": value for name, value in term.videos.items()})
            for term in self.terms
        ]
        return rows.filter(_all(asked), asset__hidden_at__isnull=not self.is_hidden)

    def everything(self) -> QuerySet[Any]:
        """Shown videos, or hidden ones where those are asked for."""
        found: QuerySet[Any] = Asset.objects.hidden() if self.is_hidden else Asset.objects.shown()
        return found

    @cached_property
    def _alternatives(self) -> list[Q]:
        """What dubs alone are asked for, where an index brings each in the order of videos: then
        a page and a count end where they have enough, however many follow. Empty: it is asked
        otherwise, and the planner finds its way."""
        terms = [term for term in self.terms if term.dubs is not None]
        if self._is_of_videos or not any(term.apart for term in terms):
            return []
        parts = [term.apart or (term.dubs,) for term in terms]
        few = math.prod(map(len, parts)) <= MOST_ALTERNATIVES
        return [_all(one) for one in product(*parts)] if few else []

    @property
    def _is_of_videos(self) -> bool:
        return bool(self.text) or any(term.videos for term in self.terms)

    @property
    def _is_text_alone(self) -> bool:
        return bool(self.text) and all(term.text or term.name == "hidden" for term in self.terms)

    @cached_property
    def _how_common(self) -> int:
        return int(AssetWords.objects.how_common(self.text))

    @property
    def dubs_condition(self) -> Q:
        return _all(term.dubs for term in self.terms)

    @cached_property
    def _videos(self) -> QuerySet[Any]:
        rows: Any = self.everything().filter(_all(Q(**term.videos) for term in self.terms))
        found: QuerySet[Any] = rows.matching(self.text, self._how_common) if self.text else rows
        return found


def _clean(value: str) -> str:
    """Without what no column holds: zero characters and halves of characters."""
    return value.replace("\0", "").encode(errors="ignore").decode().strip()


def _read(
    reader: Reader, name: str, values: tuple[str, ...], member: User | None
) -> tuple[Term | None, list[Problem]]:
    problems = []
    if len(values) > 1 and name not in REPEATABLE:
        problems.append(Problem(name, "given_twice", f"“{name}” was given more than once."))
        values = values[:1]
    try:
        return reader(name, values, member), problems
    except NonsenseError as error:
        return error.kept, [*problems, Problem(name, error.problem_code, error.sentence)]


def _all(conditions: Iterable[Q | None]) -> Q:
    found = Q()
    for condition in conditions:
        if condition is not None:
            found &= condition
    return found
