"""What scenarios do to a request: before its work, to what it works from, and to its answer."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from sandbox.installation import Installation, Quirks
from sandbox.orders import Order
from sandbox.scenarios import Aspect, Call, Name
from sandbox.web.http import Answer, json_answer

Work = Callable[[Installation], Answer]

_REFUSALS = {
    Name.SERVER_ERROR: (500, "internal error"),
    Name.UNAVAILABLE: (503, "the service is not available"),
    Name.KEY_REVOKED: (401, "the API key could not be validated"),
    Name.LIMIT_REACHED: (403, "a limit of the account is reached"),
    Name.TOO_MANY_REQUESTS: (429, "too many requests"),
}
_CUT_SHORT = (Name.HALF_ANSWER, Name.FILM_CUT_SHORT)


class HangUpError(ConnectionAbortedError):
    """Ends the connection without an answer: the server takes it for a client that left."""


def serve(here: Installation, call: Call, work: Work) -> Answer:
    """`work` makes answers of its own errors, so that those can be lost as well."""
    outcome = here.misbehaviour.take(Aspect.OUTCOME, call)
    answer = _refusal(outcome) or _reworded(here, call, work(_bent(here, call)))
    slow = here.misbehaviour.take(Aspect.PACE, call)
    if slow:
        threading.Event().wait(slow.number)
    return _spoiled(answer, outcome)


def _refusal(outcome: Order | None) -> Answer | None:
    if outcome is None:
        return None
    name = outcome.scenario.name
    if name is Name.LOST_REQUEST:
        raise HangUpError
    if name not in _REFUSALS:
        return None
    status, detail = _REFUSALS[name]
    answer = json_answer(status, {"detail": detail})
    if name is not Name.TOO_MANY_REQUESTS:
        return answer
    return replace(answer, headers={"Retry-After": str(math.ceil(outcome.number))})


def _bent(here: Installation, call: Call) -> Installation:
    taken = here.misbehaviour.take(Aspect.SOURCE, call)
    match taken.scenario.name if taken else None:
        case Name.EXPIRED_LINKS:
            return replace(here, quirks=Quirks(has_lapsed_links=True))
        case Name.FILM_TRUNCATED:
            return replace(here, quirks=Quirks(halves_films=True))
        case Name.NEWEST_OMITTED:
            return replace(here, quirks=Quirks(omitted_assets=int(taken.number if taken else 0)))
        case _:
            return here


def _reworded(here: Installation, call: Call, answer: Answer) -> Answer:
    taken = here.misbehaviour.take(Aspect.WORDS, call)
    if taken is None or not isinstance(answer.body, bytes):
        return answer
    body = json.loads(answer.body)
    return json_answer(answer.status, _with_status(body, here.dialect.response.status, taken.word))


def _with_status(value: Any, field: str, word: str) -> Any:
    if isinstance(value, list):
        return [_with_status(item, field, word) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: word if key == field else _with_status(item, field, word)
        for key, item in value.items()
    }


def _spoiled(answer: Answer, outcome: Order | None) -> Answer:
    if outcome is None:
        return answer
    name = outcome.scenario.name
    if name is Name.LOST_ANSWER:
        raise HangUpError
    if name is Name.ERROR_AFTER_WORK:
        return json_answer(500, {"detail": "internal error"})
    return _halved(answer) if name in _CUT_SHORT else answer


def _halved(answer: Answer) -> Answer:
    """Announces all of the body and sends half of it."""
    pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
    whole = len(answer.body) if isinstance(answer.body, bytes) else 0
    length = int(answer.headers.get("Content-Length", whole))
    headers = {**answer.headers, "Content-Length": str(length)}
    return replace(answer, body=_first(pieces, length // 2), headers=headers)


def _first(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    left = size
    for piece in pieces:
        if left <= 0:
            return
        yield piece[:left]
        left -= len(piece)
