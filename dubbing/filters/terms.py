"""What one parameter of a filter means, and what is wrong with one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q


@dataclass(frozen=True)
class Term:
    """One parameter that could be read.

    `values` as they belong into an address; `label` and `words` for people (“Project”, “Kitchen”).
    `dubs` is the condition on dubs; `videos` are those on videos, by name. `text` is searched for
    instead. `apart` is `dubs` in parts that each name one value, where indexes bring those from the
    newest video on. `by_stage`, of a term that is about stages: what else it asks of a dub in each;
    in any other stage none fits.
    """

    name: str
    values: tuple[str, ...]
    label: str
    words: str
    dubs: Q | None = None
    apart: tuple[Q, ...] = ()
    videos: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    by_stage: Mapping[Any, Q] | None = None


def term_by_stage(
    name: str, values: tuple[str, ...], label: str, words: str, by_stage: Mapping[Any, Q]
) -> Term:
    apart = tuple(Q(stage=stage) & more for stage, more in by_stage.items())
    return Term(
        name, values, label, words, dubs=in_stages(by_stage), apart=apart, by_stage=by_stage
    )


def in_stages(by_stage: Mapping[Any, Q]) -> Q:
    """Any of them, with what is asked in each; stages of which the same is asked stand together.
    Of no stage: anything."""
    alike: dict[Q, list[Any]] = defaultdict(list)
    for stage, more in by_stage.items():
        alike[more].append(stage)
    found = Q()
    for more, stages in alike.items():
        found |= Q(stage__in=stages) & more
    return found


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
