"""Named misbehaviour: the one table of what can be switched on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Call(StrEnum):
    """What a scenario can be narrowed to."""

    CREATE = auto()
    UPLOAD = auto()
    LANGUAGES = auto()
    GENERATE = auto()
    REVISE = auto()
    DUPLICATE = auto()
    STUDIO_URL = auto()
    ASSET = auto()
    VERSION = auto()
    LIST = auto()
    FILM = auto()
    CALLBACK = auto()


class Aspect(StrEnum):
    """What a scenario decides. One request or callback meets at most one scenario per aspect."""

    OUTCOME = auto()
    PACE = auto()
    SOURCE = auto()
    WORDS = auto()
    SIGNATURE = auto()


class Name(StrEnum):
    SLOW_ANSWER = "slow-answer"
    SERVER_ERROR = "server-error"
    ERROR_AFTER_WORK = "error-after-work"
    TOO_MANY_REQUESTS = "too-many-requests"
    UNAVAILABLE = "unavailable"
    KEY_REVOKED = "key-revoked"
    LIMIT_REACHED = "limit-reached"
    LOST_REQUEST = "lost-request"
    LOST_ANSWER = "lost-answer"
    HALF_ANSWER = "half-answer"
    UNKNOWN_STATUS = "unknown-status"
    EXPIRED_LINKS = "expired-links"
    NEWEST_OMITTED = "newest-omitted"
    FILM_CUT_SHORT = "film-cut-short"
    FILM_TRUNCATED = "film-truncated"
    CALLBACK_DROPPED = "callback-dropped"
    CALLBACK_DOUBLED = "callback-doubled"
    CALLBACK_REORDERED = "callback-reordered"
    CALLBACK_DELAYED = "callback-delayed"
    CALLBACK_BADLY_SIGNED = "callback-badly-signed"
    CALLBACK_TWIN_SIGNATURE = "callback-twin-signature"
    CALLBACK_FOREIGN_ASSET = "callback-foreign-asset"
    CALLBACK_UNKNOWN_EVENT = "callback-unknown-event"


@dataclass(frozen=True)
class Argument:
    """The kind follows from the default: seconds, a count, or a word."""

    label: str
    default: float | int | str


@dataclass(frozen=True)
class Scenario:
    name: Name
    aspect: Aspect
    calls: frozenset[Call]
    says: str
    argument: Argument | None = None

    @property
    def usage(self) -> str:
        return f"{self.name}:{self.argument.label}" if self.argument else self.name.value


_CALLBACK = frozenset({Call.CALLBACK})
_FILM = frozenset({Call.FILM})
_REQUESTS = frozenset(Call) - _CALLBACK
_API = _REQUESTS - _FILM
_PAID = frozenset({Call.CREATE, Call.UPLOAD, Call.LANGUAGES, Call.GENERATE})
_WITH_STATUS = _API - {Call.STUDIO_URL}
_WITH_LINKS = frozenset({Call.VERSION, Call.REVISE, Call.STUDIO_URL})

_ROWS = (
    Scenario(
        Name.SLOW_ANSWER,
        Aspect.PACE,
        _REQUESTS,
        "The work is done at once, its answer comes so many seconds later (2).",
        Argument("SECONDS", 2.0),
    ),
    Scenario(
        Name.SERVER_ERROR,
        Aspect.OUTCOME,
        _REQUESTS,
        "The answer is 500 and nothing was done.",
    ),
    Scenario(
        Name.ERROR_AFTER_WORK,
        Aspect.OUTCOME,
        _API,
        "The answer is 500 although the work was done.",
    ),
    Scenario(
        Name.TOO_MANY_REQUESTS,
        Aspect.OUTCOME,
        _API,
        "The answer is 429 with a Retry-After of so many seconds (1), and nothing was done.",
        Argument("SECONDS", 1.0),
    ),
    Scenario(
        Name.UNAVAILABLE,
        Aspect.OUTCOME,
        _REQUESTS,
        "The answer is 503 and nothing was done.",
    ),
    Scenario(
        Name.KEY_REVOKED,
        Aspect.OUTCOME,
        _API,
        "The answer is 401 though the key was good, and nothing was done.",
    ),
    Scenario(
        Name.LIMIT_REACHED,
        Aspect.OUTCOME,
        _PAID,
        "The answer is 403 because a limit of the account is reached, and nothing was done.",
    ),
    Scenario(
        Name.LOST_REQUEST,
        Aspect.OUTCOME,
        _REQUESTS,
        "The connection ends without an answer and nothing was done.",
    ),
    Scenario(
        Name.LOST_ANSWER,
        Aspect.OUTCOME,
        _REQUESTS,
        "The connection ends without an answer although the work was done.",
    ),
    Scenario(
        Name.HALF_ANSWER,
        Aspect.OUTCOME,
        _API,
        "The work was done, but the connection ends in the middle of the announced answer.",
    ),
    Scenario(
        Name.UNKNOWN_STATUS,
        Aspect.WORDS,
        _WITH_STATUS,
        "Every status in the answer is a word that nobody ever heard of (Archived).",
        Argument("WORD", "Archived"),
    ),
    Scenario(
        Name.EXPIRED_LINKS,
        Aspect.SOURCE,
        _WITH_LINKS,
        "Signed links to films and to the studio have lapsed before they arrive.",
    ),
    Scenario(
        Name.NEWEST_OMITTED,
        Aspect.SOURCE,
        frozenset({Call.LIST}),
        "The list of assets leaves out so many of the newest ones (1).",
        Argument("COUNT", 1),
    ),
    Scenario(
        Name.FILM_CUT_SHORT,
        Aspect.OUTCOME,
        _FILM,
        "A film's connection ends half way to the announced length.",
    ),
    Scenario(
        Name.FILM_TRUNCATED,
        Aspect.SOURCE,
        _FILM,
        "A film is whole as HTTP goes, but its file is only the first half of the film.",
    ),
    Scenario(
        Name.CALLBACK_DROPPED,
        Aspect.OUTCOME,
        _CALLBACK,
        "A callback is never sent.",
    ),
    Scenario(
        Name.CALLBACK_DOUBLED,
        Aspect.OUTCOME,
        _CALLBACK,
        "A callback is sent twice, with the same body.",
    ),
    Scenario(
        Name.CALLBACK_REORDERED,
        Aspect.OUTCOME,
        _CALLBACK,
        "A callback waits for the next one of its asset and follows it; alone, it goes after "
        "so many seconds (10).",
        Argument("SECONDS", 10.0),
    ),
    Scenario(
        Name.CALLBACK_DELAYED,
        Aspect.OUTCOME,
        _CALLBACK,
        "A callback is sent so many seconds late (5), and later ones do not wait for it.",
        Argument("SECONDS", 5.0),
    ),
    Scenario(
        Name.CALLBACK_BADLY_SIGNED,
        Aspect.SIGNATURE,
        _CALLBACK,
        "A callback carries a well-formed signature of other bytes.",
    ),
    Scenario(
        Name.CALLBACK_TWIN_SIGNATURE,
        Aspect.SIGNATURE,
        _CALLBACK,
        "A callback is sent, and once more with the other valid form (r, n-s) of its signature.",
    ),
    Scenario(
        Name.CALLBACK_FOREIGN_ASSET,
        Aspect.WORDS,
        _CALLBACK,
        "A callback is rightly signed but names another asset: this one, or the newest other.",
        Argument("ASSET_ID", ""),
    ),
    Scenario(
        Name.CALLBACK_UNKNOWN_EVENT,
        Aspect.WORDS,
        _CALLBACK,
        "A callback tells an event that nobody ever heard of (version_proofread).",
        Argument("WORD", "version_proofread"),
    ),
)
SCENARIOS = {scenario.name.value: scenario for scenario in _ROWS}


def manual() -> list[dict[str, object]]:
    return [
        {
            "name": scenario.name,
            "says": scenario.says,
            "argument": scenario.argument.label if scenario.argument else None,
            "default": scenario.argument.default if scenario.argument else None,
            "on": sorted(scenario.calls),
        }
        for scenario in _ROWS
    ]
