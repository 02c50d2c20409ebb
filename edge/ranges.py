"""The one range of bytes that a download goes on with."""

from __future__ import annotations

import re

from starlette.datastructures import Headers

ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


class UnsatisfiableError(Exception):
    """The range lies behind the end."""


def asked_range(headers: Headers, *, size: int, etag: str) -> tuple[int, int] | None:
    """Start and stop; None: all of it is wanted. Whatever is not one plain range is ignored, as
    RFC 9110 allows. Raises UnsatisfiableError."""
    found = ONE_RANGE.fullmatch(headers.get("range", ""))
    if found is None or headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(last, size)
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    return int(first), stop


def _last_bytes(count: str, size: int) -> tuple[int, int] | None:
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise UnsatisfiableError
    return max(0, size - int(count)), size
