"""One cell of the matrix, as small as it gets: a page holds thousands.

They are put together here and not by a template, which takes ten times as long for each.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from dubbing.short_ids import short_id
from dubbing.states import BADGES, Group, Stage

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 7 * 86_400
REVIEW_STAGES = frozenset({Stage.READY, Stage.IN_REVIEW})
NO_CELL = '<td class="none"></td>'


@dataclass(frozen=True)
class Dub:
    """What a cell is made of."""

    id: uuid.UUID
    stage: Stage
    since: datetime
    due_on: date | None
    owner: str
    """Initials; empty: nobody."""
    reviewer: str
    is_slow: bool
    fits: bool = True
    """Whether the filter asks for it, or only for another language of its video."""

    @property
    def person(self) -> str:
        """In whose hands it is."""
        return self.reviewer if self.reviewer and self.stage in REVIEW_STAGES else self.owner

    def is_late(self, today: date) -> bool:
        """Only the film meets its date."""
        return self.due_on is not None and self.due_on < today and self.stage != Stage.FINISHED


@lru_cache(maxsize=4096)
def initials(name: str, email: str) -> str:
    return User(name=name, email=email).initials


def age(seconds: float) -> str:
    """“now”, “5m”, “2h”, “6d”, “12w”; static/js/matrix.js says the same."""
    for size, unit in ((WEEK * 2, "w"), (DAY, "d"), (HOUR, "h")):
        if seconds >= size:
            return f"{int(seconds // (WEEK if unit == 'w' else size))}{unit}"
    return f"{int(seconds // MINUTE)}m" if seconds >= MINUTE else "now"


@lru_cache(maxsize=1)
def open_address() -> str:
    """Where a dub opens, up to its id."""
    return reverse("dubbing:dubbing-open", args=[uuid.UUID(int=0)]).rsplit("/", 2)[0]


def cell_html(dub: Dub, now: datetime, today: date) -> str:
    badge = BADGES[dub.stage]
    marks = f"g-{badge.group} {dub.stage}"
    if dub.is_late(today):
        marks += " late"
    if dub.is_slow:
        marks += " slow"
    if not dub.fits:
        marks += " out"
    words, timed = f"<i>{badge.label}</i>", ""
    if badge.group != Group.DONE:
        since = int(dub.since.timestamp() // MINUTE)
        timed = f' data-t="{since}"'
        words += f"<b>{escape(dub.person)}</b> <u>{age((now - dub.since).total_seconds())}</u>"
    return (
        f'<td class="{marks}"><a href="{open_address()}/{short_id(dub.id)}/" tabindex="-1"{timed}>'
        f"{words}</a></td>"
    )


def row_cells(dubs: Mapping[str, Dub], codes: list[str], now: datetime, today: date) -> str:
    """All cells of a video, a blank one where a language is missing."""
    found = (dubs.get(code) for code in codes)
    return "".join(NO_CELL if dub is None else cell_html(dub, now, today) for dub in found)
