"""Where a worker is killed."""

from __future__ import annotations

from enum import StrEnum


class Point(StrEnum):
    BEFORE_CLAIM = "before claim"
    AFTER_CLAIM = "claimed, not committed"
    ABOUT_TO_SEND = "about to send"
    HALF_SENT = "request half sent"
    ANSWERED = "answered, not settled"
    AFTER_SETTLING = "settled"
