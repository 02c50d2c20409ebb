from __future__ import annotations

import httpx
import pytest

from dubbing.remote.errors import (
    BadAnswerError,
    GoneError,
    KeyRejectedError,
    LimitError,
    NotSentError,
    RejectedError,
    RemoteError,
    UnknownOutcomeError,
    UnreachableError,
    classify,
    parse_retry_after,
)

LATER = {"Retry-After": "7"}


@pytest.mark.parametrize(
    ("problem", "paid_kind", "free_kind"),
    [
        (httpx.ConnectError("x"), UnreachableError, UnreachableError),
        (httpx.ConnectTimeout("x"), UnreachableError, UnreachableError),
        (httpx.PoolTimeout("x"), UnreachableError, UnreachableError),
        (httpx.ProxyError("x"), UnreachableError, UnreachableError),
        (httpx.ReadError("x"), UnknownOutcomeError, NotSentError),
        (httpx.ReadTimeout("x"), UnknownOutcomeError, NotSentError),
        (httpx.WriteError("x"), UnknownOutcomeError, NotSentError),
        (httpx.WriteTimeout("x"), UnknownOutcomeError, NotSentError),
        (httpx.CloseError("x"), UnknownOutcomeError, NotSentError),
        (httpx.RemoteProtocolError("x"), UnknownOutcomeError, NotSentError),
        (httpx.LocalProtocolError("x"), UnknownOutcomeError, NotSentError),
        (httpx.TooManyRedirects("x"), UnknownOutcomeError, NotSentError),
        (ValueError("never seen before"), UnknownOutcomeError, NotSentError),
        (httpx.UnsupportedProtocol("x"), RejectedError, RejectedError),
        (httpx.InvalidURL("x"), RejectedError, RejectedError),
        (BadAnswerError("x"), UnknownOutcomeError, BadAnswerError),
        (httpx.Response(400), RejectedError, RejectedError),
        (httpx.Response(401), KeyRejectedError, KeyRejectedError),
        (httpx.Response(403), LimitError, LimitError),
        (httpx.Response(404), GoneError, GoneError),
        (httpx.Response(409), RejectedError, RejectedError),
        (httpx.Response(422), RejectedError, RejectedError),
        (httpx.Response(408), NotSentError, NotSentError),
        (httpx.Response(429), NotSentError, NotSentError),
        (httpx.Response(503, headers=LATER), NotSentError, NotSentError),
        (httpx.Response(503), UnknownOutcomeError, NotSentError),
        (httpx.Response(500), UnknownOutcomeError, NotSentError),
        (httpx.Response(504), UnknownOutcomeError, NotSentError),
        (httpx.Response(307), RejectedError, RejectedError),
        (httpx.Response(302), UnknownOutcomeError, BadAnswerError),
        (httpx.Response(304), UnknownOutcomeError, BadAnswerError),
        (httpx.Response(600), UnknownOutcomeError, NotSentError),
    ],
)
def test_every_failure_has_one_meaning(
    problem: httpx.Response | Exception,
    paid_kind: type[RemoteError],
    free_kind: type[RemoteError],
) -> None:
    assert type(classify(problem, paid=True)) is paid_kind
    assert type(classify(problem, paid=False)) is free_kind


def test_wait_that_was_asked_for_is_kept() -> None:
    error = classify(httpx.Response(429, headers=LATER), paid=True)
    assert isinstance(error, NotSentError)
    assert error.retry_after == 7.0


def test_reason_is_kept() -> None:
    error = classify(httpx.Response(400), paid=True, detail="Unknown locale.")
    assert isinstance(error, RejectedError)
    assert (error.status_code, error.detail, str(error)) == (
        400,
        "Unknown locale.",
        "Unknown locale.",
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("12", 12.0),
        ("-4", 0.0),
        ("999999999", 86_400.0),
        ("Thu, 01 Jan 1970 00:01:30 GMT", 30.0),
        ("Thu, 01 Jan 1970 00:00:30 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:01:30", 30.0),
        ("Thu, 99 Jan 1970 00:01:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=60.0) == seconds
