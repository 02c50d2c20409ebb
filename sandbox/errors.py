"""What the API answers when it does not do what was asked."""

from __future__ import annotations

from sandbox.states import FailureCode


class ApiError(Exception):
    """An answer with an HTTP status and a text that says what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class BadInputError(ApiError):
    """A request that is wrong in itself; `path` names the place, spelled as on the wire."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(400, f"{dotted(path)}: {message}" if path else message)
        self.path = path
        self.message = message


class MediaRefusedError(Exception):
    """The media itself is the reason; reported on the asset, never by the request."""

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def dotted(path: tuple[str | int, ...]) -> str:
    """`("languages", 0, "srt")` becomes `languages[0].srt`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")
