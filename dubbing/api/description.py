"""The parts of the OpenAPI description that our own tables write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from dubbing.api.codes import (
    CONFLICT_CODES,
    ERROR_TYPES,
    REMOTE_CODES,
    REQUEST_CODES,
    RULE_CODES,
    SHEET_CODES,
    SUBTITLE_CODES,
)
from dubbing.api.idempotency import HEADER
from dubbing.api.reasons import REASON_CODES
from dubbing.api.serializers import ERROR
from dubbing.states import (
    ADVICE,
    BADGES,
    AssetStatus,
    Event,
    FailureCode,
    Stage,
    VersionStatus,
)

F = TypeVar("F", bound=Callable[..., Any])

INTRODUCTION = """\
Sends videos to Panjaya to be dubbed, follows them, and brings the films home. Field names are
those of Panjaya’s own API; `title`, `project`, `tags` and `reference` are ours beside them.

Every request carries `Authorization: Bearer dd_…`. A key belongs to one team and has a role; make
one on the page “API keys”, or with `manage.py create_api_key --team SLUG --name NAME`.

A list answers `{"results": […], "next": …, "previous": …}`: follow `next` as it is until it is
null. A command answers 202 with the row as it now is; what became of it shows in the row, a few
seconds later, and in lists asked with `updated_since`.

`Idempotency-Key` on any POST that starts something: sent again with the same key and the same
values, the first answer comes back (with `Idempotent-Replayed: true`) and nothing happens twice.
"""
STATUS_TEXTS = {
    400: "The request cannot be used as it is.",
    401: "No usable API key.",
    403: "The key’s role does not allow this.",
    404: "No such thing in the key’s team.",
    406: "Only JSON is answered.",
    409: "Not at this moment.",
    411: "The body came without its length.",
    412: "This version of the tus protocol is not spoken.",
    413: "The body is too large.",
    415: "This kind of body is not taken.",
    422: "The Idempotency-Key belongs to another request.",
    502: "Panjaya did not answer, or refused.",
    507: "The desk has no room for files left.",
}
READING = (400, 401, 403, 404)
WRITING = (400, 401, 403, 404, 409, 413, 415, 422)
CHANGING = (400, 401, 403, 404, 409, 413, 415)
UNDOING = (401, 403, 404, 409)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "api_key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key: `dd_…`."}


def operation(
    name: str,
    *,
    tag: str,
    answers: Mapping[Any, Any],
    errors: tuple[int, ...] = READING,
    repeatable: bool = False,
    examples: Mapping[str, Any] | None = None,
    **options: Any,
) -> Callable[[F], F]:
    """Describes one call; `repeatable`: it takes an Idempotency-Key."""
    failures = {status: OpenApiResponse(ERROR, STATUS_TEXTS[status]) for status in errors}
    parameters = [*options.pop("parameters", []), *([KEY_PARAMETER] if repeatable else [])]
    shown = [
        OpenApiExample(title, value=value, request_only=True)
        for title, value in (examples or {}).items()
    ]
    decorate: Callable[[F], F] = extend_schema(
        operation_id=name,
        summary=name.replace("_", " ").capitalize(),
        tags=[tag],
        responses={**answers, **failures},
        parameters=parameters,
        examples=shown or None,
        **options,
    )
    return decorate


KEY_PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, such as a UUID, up to 255 characters.",
)


def describe(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """A hook of drf-spectacular: the introduction with every word the API may use."""
    result["info"]["description"] = introduction()
    return result


def introduction() -> str:
    words = "Every word that a row may hold:\n"
    return "\n".join([INTRODUCTION, words, *_words(), *_errors()])


def _words() -> list[str]:
    failures = {code.value: f"{code.label}. {ADVICE[code]}" for code in FailureCode}
    return [
        _table("Status of an asset", {word.value: str(word.label) for word in AssetStatus}),
        _table("Stage of a dubbing", {stage.value: BADGES[stage].meaning for stage in Stage}),
        _table("Status of a version", {word.value: str(word.label) for word in VersionStatus}),
        _table("Codes of `error` in a row", REASON_CODES | failures),
        _table(
            "Events of Panjaya’s callbacks, which move rows at once",
            {event.value: str(event.label) for event in Event},
        ),
    ]


def _errors() -> list[str]:
    return [
        "Every error has the shape "
        '`{"type", "code", "message", "errors": [{"field", "code", "message"}]}`:\n',
        _table("Types of errors", ERROR_TYPES),
        _table("Error codes of requests", REQUEST_CODES),
        _table("Error codes of rules about data", RULE_CODES),
        _table("Error codes of sheets and their lines", SHEET_CODES),
        _table("Codes of subtitle files and what is found in them", SUBTITLE_CODES),
        _table("Error codes of the moment (409)", CONFLICT_CODES),
        _table("Error codes of Panjaya’s side (502)", REMOTE_CODES),
    ]


def _table(title: str, rows: Mapping[str, str]) -> str:
    """Folded, so that a reader meets the calls before the dictionary."""
    lines = [f"| `{word}` | {meaning} |" for word, meaning in rows.items()]
    head = [f"<details><summary>{title}</summary>\n", "| word | meaning |", "| --- | --- |"]
    return "\n".join([*head, *lines, "\n</details>\n"])
