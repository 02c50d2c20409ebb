"""What can go wrong between us and the remote API.

    RemoteError
    ├── NotSentError          nothing was carried out; try again, after `retry_after` if given
    │   └── UnreachableError  there was no connection at all
    ├── RejectedError         refused for good; `detail` is the remote side's reason
    │   ├── KeyRejectedError  401: the key is not valid
    │   ├── LimitError        403: a limit of the account
    │   ├── GoneError         404: no such asset or version
    │   ├── CallAbsentError   404 or 405: the remote side does not have this call at all
    │   ├── LinkLapsedError   a signed link to a film is no longer valid
    │   └── FileChangedError  our own file is not as long as announced; nothing complete was sent
    ├── UnknownOutcomeError   sent, and nobody here knows whether it was carried out
    └── BadAnswerError        an answer arrived that cannot be read; a paid call raises
                              UnknownOutcomeError instead

Texts never hold a key, an address or a link.
"""

from __future__ import annotations

import math
import time
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

LONGEST_WAIT_SECONDS = 86_400.0


class RemoteError(Exception):
    pass


class NotSentError(RemoteError):
    """`retry_after` is in seconds from now."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnreachableError(NotSentError):
    pass


class RejectedError(RemoteError):
    """`status_code` is None when the call was refused on our side of the wire."""

    def __init__(self, status_code: int | None, detail: str) -> None:
        super().__init__(detail or f"The remote side answered {status_code} without a reason.")
        self.status_code = status_code
        self.detail = detail


class KeyRejectedError(RejectedError):
    pass


class LimitError(RejectedError):
    pass


class GoneError(RejectedError):
    pass


class CallAbsentError(RejectedError):
    pass


class LinkLapsedError(RejectedError):
    pass


class FileChangedError(RejectedError):
    def __init__(self, detail: str) -> None:
        super().__init__(None, detail)


class UnknownOutcomeError(RemoteError):
    pass


class BadAnswerError(RemoteError):
    pass


NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
UNUSABLE_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)
REFUSALS: dict[int, type[RejectedError]] = {
    401: KeyRejectedError,
    403: LimitError,
    404: GoneError,
}


def classify(
    problem: httpx.Response | Exception, *, paid: bool, detail: str | None = None
) -> RemoteError:
    """Decide what a failed exchange means; whatever is not listed is the worst case.

    `paid` is true for calls that must not be carried out twice. `detail` is the reason read from
    the answer's body.
    """
    if isinstance(problem, RemoteError):
        return _classify_own(problem, paid=paid)
    if isinstance(problem, httpx.Response):
        return _classify_answer(problem, paid=paid, detail=detail or "")
    if isinstance(problem, UNUSABLE_ADDRESS):
        return RejectedError(None, "The connection’s address cannot be used.")
    name = type(problem).__name__
    if isinstance(problem, NEVER_LEFT):
        return UnreachableError(f"The remote side could not be reached ({name}).")
    if not paid:
        return NotSentError(f"The remote side could not be reached ({name}).")
    return UnknownOutcomeError(f"The connection broke before an answer came ({name}).")


def _classify_own(problem: RemoteError, *, paid: bool) -> RemoteError:
    if paid and isinstance(problem, BadAnswerError):
        return UnknownOutcomeError(f"It was accepted, but the answer cannot be read: {problem}")
    return problem


def _classify_answer(response: httpx.Response, *, paid: bool, detail: str) -> RemoteError:
    status = response.status_code
    retry_after = parse_retry_after(response.headers.get("Retry-After"))
    if status in (408, 429) or (status == 503 and retry_after is not None):
        return NotSentError(f"The remote side asked us to come later ({status}).", retry_after)
    if 400 <= status < 500:
        return REFUSALS.get(status, RejectedError)(status, detail)
    if status in (307, 308):
        return RejectedError(status, "The remote side sent us to another address.")
    if paid:
        return UnknownOutcomeError(f"The remote side answered {status}. {detail}".strip())
    if status >= 500:
        return NotSentError(f"The remote side failed with {status}.", retry_after)
    return BadAnswerError(f"The remote side answered {status}.")


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds to wait, from either form of the header; None when absent or unreadable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = _parse_http_date(value)
        if moment is None:
            return None
        seconds = moment - (time.time() if now is None else now)
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def _parse_http_date(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone would be read as local time; HTTP dates are always GMT.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
