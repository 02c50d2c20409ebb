"""Bodies: JSON, or multipart in the vendor's manner with the values as JSON in one part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

from dubbing.api.errors import TooLargeError, refuse

DATA_PART = "data"
FILE_PARTS = ("file", "background_audio")


class JSONBodyParser(BaseParser):
    """Reads at most DATA_UPLOAD_MAX_MEMORY_SIZE: the framework's own parser knows no limit."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        _check_length(parser_context, limit)
        try:
            return read_json(stream.read())
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from None


class LimitedMultiPartParser(MultiPartParser):
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        _check_length(
            parser_context, settings.MAX_SOURCE_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )
        return super().parse(stream, media_type, parser_context)


def _check_length(parser_context: Mapping[str, Any] | None, limit: int) -> None:
    request: Request = (parser_context or {})["request"]
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not str(announced).isdigit() or int(announced) > limit:
        raise TooLargeError(f"The body may have {limit:,} bytes at most.")


def read_json(text: bytes | str) -> Any:
    """Raises ValueError for whatever is not JSON, NaN and endless nesting included."""
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def read_body(request: Request) -> dict[str, Any]:
    """The values of either kind of body; files stand under their parts' names."""
    data = request.data
    if isinstance(data, MultiValueDict):
        return _read_parts(data)
    return _as_object(data, "")


def _read_parts(parts: MultiValueDict[str, Any]) -> dict[str, Any]:
    for name in parts:
        if name not in (DATA_PART, *FILE_PARTS):
            refuse(name, "There is no such part. Values go into “data”, as JSON.", "unknown_field")
        if len(parts.getlist(name)) > 1:
            refuse(name, "This part came more than once.", "given_twice")
    if DATA_PART not in parts:
        refuse(DATA_PART, "Give the values as JSON in a part named “data”.", "required")
    values = _as_object(_part_json(parts.get(DATA_PART)), DATA_PART)
    for name in FILE_PARTS:
        if name in values:
            refuse(name, "A file is a part of its own, not a value in “data”.", "invalid")
        if name in parts:
            values[name] = parts[name]
    return values


def _part_json(part: Any) -> Any:
    if isinstance(part, UploadedFile) and (part.size or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLargeError
    try:
        return read_json(part.read() if isinstance(part, UploadedFile) else part)
    except ValueError as error:
        refuse(DATA_PART, f"This part is not JSON: {error}", "not_json")


def _as_object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        refuse(where, "A JSON object is expected, like {…}.", "invalid")
    return dict(value)
