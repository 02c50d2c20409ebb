"""What one parameter of a filter means, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q


@dataclass(frozen=True)
class Term:
    """One parameter that could be read.

    `values` as they belong into an address; `label` and `words` for people (“Project”, “Kitchen”);
    `dubs` and `videos` are the conditions on each. `text` is searched for instead. `apart` is
    `dubs` in parts that each name one value, where indexes bring those from the newest video on.
    """

    name: str
    values: tuple[str, ...]
    label: str
    words: str
    dubs: Q | None = None
    apart: tuple[Q, ...] = ()
    videos: Q | None = None
    text: str = ""


def apart_by(name: str, values: Iterable[Any], **others: Any) -> tuple[Q, ...]:
    """Each value by itself; `others` belong to each."""
    return tuple(Q(**{name: value}, **others) for value in values)


@dataclass(frozen=True)
class Problem:
    """Of a parameter that could not be read, and so counts for nothing."""

    name: str
    code: str
    sentence: str


class NonsenseError(ValidationError):
    """A value that means nothing here; `kept` is what remains without it."""

    def __init__(self, sentence: str, code: str, kept: Term | None = None) -> None:
        super().__init__(sentence, code=code)
        self.problem_code, self.sentence, self.kept = code, sentence, kept
