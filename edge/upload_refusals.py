"""Why bytes are not taken in: one exception, answered in the shape of the API's errors."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

NOT_MEDIA = "not_a_video"
NOT_MEDIA_WORDS = (
    "This is neither a video nor a sound file: its first bytes are those of something else. "
    "Export it as MP4 and give it anew."
)
GONE_WORDS = {
    "given_up": "This upload was given up. Begin a new one.",
    "whole": "This upload is whole already.",
}


class UploadError(Exception):
    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        kind = {403: "permission_error", 404: "not_found", 409: "conflict"}
        body = {
            "type": kind.get(self.status, "request_error"),
            "code": self.code,
            "message": self.message,
            "errors": [],
        }
        return JSONResponse(body, self.status, headers=self.headers)


def gone() -> UploadError:
    return UploadError(404, "not_found", "There is no such upload here any more. Begin a new one.")
