"""What needs somebody now, said once for page, mail and API."""

from __future__ import annotations

from dubbing.services.attention.concerns import (
    COUNTED,
    Button,
    Concern,
    Viewer,
    count_words,
    things,
)
from dubbing.services.attention.digest import (
    choose_digest,
    digest_choices,
    person_of_token,
    send_digest,
    send_digests,
    stop_token,
)
from dubbing.services.attention.gathering import find_concerns
from dubbing.services.attention.looks import look_at_slow
from dubbing.services.attention.news import News, news_since
from dubbing.services.attention.tally import COUNTED_IN_RAIL, needs_somebody
from dubbing.services.attention.visits import last_here, note_visit

__all__ = [
    "COUNTED",
    "COUNTED_IN_RAIL",
    "Button",
    "Concern",
    "News",
    "Viewer",
    "choose_digest",
    "count_words",
    "digest_choices",
    "find_concerns",
    "last_here",
    "look_at_slow",
    "needs_somebody",
    "news_since",
    "note_visit",
    "person_of_token",
    "send_digest",
    "send_digests",
    "stop_token",
    "things",
]
