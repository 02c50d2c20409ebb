"""Ids in as few characters as an address allows: a matrix holds thousands of them."""

from __future__ import annotations

import base64
import binascii
import uuid


def short_id(row_id: uuid.UUID) -> str:
    """22 characters; static/js/matrix-cells.js reads them back."""
    return base64.urlsafe_b64encode(row_id.bytes)[:22].decode()


class ShortId:
    """A path converter: `<short:dubbing_id>`."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> uuid.UUID:
        try:
            return uuid.UUID(bytes=base64.urlsafe_b64decode(value + "=="))
        except binascii.Error as error:
            raise ValueError(value) from error

    def to_url(self, value: uuid.UUID) -> str:
        return short_id(value)
