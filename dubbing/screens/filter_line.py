"""The line of filters above the matrix and the list: chips that read as a sentence, and the
addresses by which each is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from accounts.models import User
from dubbing.filters import DubbingFilter, Problem
from dubbing.screens.amounts import COUNTED, Amount, count_capped

# What the address holds beside the filter, and keeps when that changes.
EXTRAS = ("hide", "rows", "sort", "view")
# Chips that always stand there, and the parameters that each of them is about.
STANDING = {
    "project": ("Project", ("project",)),
    "state": ("State", ("stage", "group", "failed")),
    "owner": ("Owner", ("owner",)),
    "due": ("Due", ("due",)),
}

Changes = Mapping[str, Sequence[str]]
NONE: Changes = {}


@dataclass(frozen=True)
class Chip:
    """`menu` names its choices; `without` is the address that takes it out, empty where it is not
    set."""

    label: str
    words: str
    menu: str
    without: str


@dataclass(frozen=True)
class Drop:
    """A filter that could be taken out, and how many videos there would be then."""

    label: str
    words: str
    url: str
    videos: Amount


@dataclass(frozen=True)
class PageAddress:
    """The page as it is asked for: what to show, and how."""

    filter: DubbingFilter
    extras: dict[str, list[str]]

    @classmethod
    def read(cls, given: QueryDict, user: User) -> PageAddress:
        query = dict(given.lists())
        extras = {name: query[name] for name in EXTRAS if name in query}
        return cls(DubbingFilter.parse(query, user), extras)

    @property
    def query(self) -> str:
        return self.changed()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.filter.problems

    def chosen(self, name: str) -> str:
        """One of EXTRAS; empty where it is not given."""
        return next(iter(self.extras.get(name, ())), "")

    def changed(self, changes: Changes = NONE, extras: Changes = NONE) -> str:
        """The query with these changes, from the first page on; without the question mark."""
        kept = {**self.extras, **extras}
        if changes:
            kept.pop("view", None)  # it is that saved view no more
        rest = urlencode([(name, value) for name, values in kept.items() for value in values])
        return "&".join(part for part in (self.filter.query(**changes), rest) if part)

    def url(self, changes: Changes = NONE, extras: Changes = NONE) -> str:
        """Relative to whatever page it stands on."""
        return f"?{self.changed(changes, extras)}"

    @cached_property
    def chips(self) -> list[Chip]:
        """Those that always stand there first, then whatever else is set."""
        standing = [self._standing(menu, *about) for menu, about in STANDING.items()]
        known = {name for _, names in STANDING.values() for name in names} | {"q"}
        rest = [
            Chip(term.label, term.words, term.name, self.url({term.name: ()}))
            for term in self.filter.terms
            if term.name not in known
        ]
        return standing + rest

    def _standing(self, menu: str, label: str, names: Sequence[str]) -> Chip:
        terms = [term for term in self.filter.terms if term.name in names]
        if not terms:
            return Chip(label, "any", menu, "")
        words = " and ".join(term.words for term in terms)
        return Chip(label, words, menu, self.url(dict.fromkeys(names, ())))

    @property
    def kept_for_search(self) -> list[tuple[str, str]]:
        """What a form that searches sends along."""
        return parse_qsl(self.changed({"q": ()}))

    @property
    def without_search(self) -> str:
        return self.url({"q": ()})

    def drops(self) -> list[Drop]:
        """What finds nothing together: each of them taken out, in one query. Those that help come
        first; the others only where none does."""
        terms = self.filter.terms
        without = [
            DubbingFilter(tuple(other for other in terms if other is not term)) for term in terms
        ]
        ids = [other.asset_ids(COUNTED + 1) for other in without]
        found = count_capped(*ids) if ids else []
        drops = [
            Drop(term.label, term.words, self.url({term.name: ()}), videos)
            for term, videos in zip(terms, found, strict=True)
        ]
        return [drop for drop in drops if drop.videos.number] or drops
