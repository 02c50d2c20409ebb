"""One shape for whatever goes wrong: `{"type", "code", "message", "errors": […]}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.core import exceptions as django
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions as rest
from rest_framework.response import Response

from accounts.sealing import SealError
from dubbing.api.codes import CONFLICT_CODES, REMOTE_CODES
from dubbing.remote.errors import RejectedError, RemoteError
from dubbing.services.idempotency import KeyInUseError, KeyMismatchError

NOWHERE = "non_field_errors"
TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found",
    409: "conflict",
    500: "server_error",
    502: "remote_error",
}
FAULTS_SHOWN = 100
# Refusals of a whole request whose status says more than 400.
STATUSES = {"file_too_large": 413, "upload_quota": 413, "storage_full": 507}


@dataclass(frozen=True)
class Fault:
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class Problem:
    status: int
    code: str
    message: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        usual = "validation_error" if self.faults else "request_error"
        return {
            "type": TYPES.get(self.status, usual),
            "code": self.code,
            "message": _whole(self.message),
            "errors": [
                {name: _whole(text) for name, text in vars(fault).items()}
                for fault in self.faults[:FAULTS_SHOWN]
            ],
        }


def _whole(text: str) -> str:
    """What somebody sent may be repeated to them, but halves of characters have no UTF-8."""
    return text.encode("utf-8", "replace").decode()


class TooLargeError(rest.APIException):
    status_code = 413
    default_detail = "The body is larger than the API takes."
    default_code = "too_large"


def refuse(name: str, message: str, code: str) -> NoReturn:
    """One field's fault, in the API's own layer."""
    raise rest.ValidationError({name: [rest.ErrorDetail(message, code)]})


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """None for what nobody foresaw: Django logs that and answers by `server_error`."""
    for kind, translate in TRANSLATIONS.items():
        if isinstance(error, kind):
            problem = translate(error)
            return Response(problem.as_json(), problem.status, headers=dict(problem.headers))
    return None


def _of_rule(error: django.ValidationError) -> Problem:
    """A rule about data names fields; one about the moment has only a code."""
    if hasattr(error, "error_dict"):
        return _of_faults(list(_django_faults(error)))
    message, code = " ".join(error.messages), error.error_list[0].code or "invalid"
    if code in REMOTE_CODES:
        return Problem(502, code, message)
    return Problem(409 if code in CONFLICT_CODES else STATUSES.get(code, 400), code, message)


def _django_faults(error: django.ValidationError) -> Iterator[Fault]:
    for name, faults in error.error_dict.items():
        where = "" if name == django.NON_FIELD_ERRORS else name
        for fault in faults:
            yield Fault(where, fault.code or "invalid", " ".join(fault.messages))


def _of_shape(error: rest.ValidationError) -> Problem:
    return _of_faults(list(_shape_faults(error.detail, "")))


def _shape_faults(detail: Any, where: str) -> Iterator[Fault]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            at = where if name == NOWHERE else f"{where}.{name}".lstrip(".")
            yield from _shape_faults(inner, at)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            is_entry = isinstance(inner, Mapping)
            yield from _shape_faults(inner, f"{where}.{index}".lstrip(".") if is_entry else where)
    else:
        yield Fault(where, detail.code, str(detail))


def _of_faults(faults: list[Fault]) -> Problem:
    if len(faults) == 1:
        return Problem(400, faults[0].code, faults[0].message, faults)
    return Problem(400, "invalid", f"{len(faults)} things are not right; see errors.", faults)


def _of_rest(error: rest.APIException) -> Problem:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    message = NO_KEY if isinstance(error, rest.NotAuthenticated) else str(error.detail)
    return Problem(error.status_code, str(error.get_codes()), message, headers=headers)


def _of_engine(error: RemoteError) -> Problem:
    if isinstance(error, RejectedError):
        return Problem(502, "engine_refused", f"Panjaya refused this: {error}")
    message = f"Panjaya does not answer just now. Try again in a minute. ({error})"
    return Problem(502, "engine_unreachable", message)


def _of_seal(error: SealError) -> Problem:
    return Problem(502, "connection_unusable", f"The connection’s key cannot be opened: {error}")


def _fixed(status: int, code: str, message: str) -> Callable[[Any], Problem]:
    return lambda error: Problem(status, code, message)


NOT_FOUND = _fixed(404, "not_found", "There is no such thing in this key’s team.")
NO_KEY = "Send your API key with the request: “Authorization: Bearer dd_…”."
BODY_ENDED = "The body ended before its announced length. Send it again."
IN_PROGRESS = "The first request with this Idempotency-Key is still being worked on. Wait a moment."
MISMATCH = "This Idempotency-Key belongs to another request. Use a new one for a new request."

# The first that fits; what is not listed is nobody's mistake but ours.
TRANSLATIONS: dict[type[Exception], Callable[[Any], Problem]] = {
    django.ValidationError: _of_rule,
    rest.ValidationError: _of_shape,
    rest.APIException: _of_rest,
    RemoteError: _of_engine,
    SealError: _of_seal,
    KeyInUseError: _fixed(409, "idempotency_in_progress", IN_PROGRESS),
    KeyMismatchError: _fixed(422, "idempotency_mismatch", MISMATCH),
    Http404: NOT_FOUND,
    django.ObjectDoesNotExist: NOT_FOUND,
    django.PermissionDenied: _fixed(
        403, "permission_denied", "The role of this API key does not allow this."
    ),
    UnreadablePostError: _fixed(400, "body_ended_early", BODY_ENDED),
    django.RequestDataTooBig: _fixed(413, "too_large", TooLargeError.default_detail),
    django.SuspiciousOperation: _fixed(400, "bad_request", "The request is malformed."),
}


def is_api_path(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def api_server_error() -> HttpResponse:
    """For what nobody foresaw. It is logged by Django; the caller learns nothing of it."""
    message = "Something went wrong on our side. Try again; if it stays so, tell us when it was."
    return JsonResponse(Problem(500, "error", message).as_json(), status=500)
