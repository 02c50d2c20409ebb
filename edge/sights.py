"""Which videos a page shows, as it says itself when it opens its stream.

It permits nothing and hides nothing: every viewer of a team hears of every change. It only decides
who is told first, since a page that shows what has changed draws it, and the others do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sight:
    """Ids are as old as their videos: all from `oldest` to `newest`. Empty: there is no end."""

    oldest: str = ""
    newest: str = ""

    def meets(self, lowest: str, highest: str) -> bool:
        """Whether one of the ids between these could be on the page."""
        return self.oldest <= highest and (not self.newest or lowest <= self.newest)


EVERYTHING = Sight()


def read_sight(query: Mapping[str, str]) -> Sight:
    """`from` and `to` of a stream's address; what is no id counts for nothing."""
    oldest, newest = (query.get(name, "") for name in ("from", "to"))
    if not oldest and not newest:
        return EVERYTHING
    return Sight(*(word if ID.fullmatch(word) else "" for word in (oldest, newest)))
