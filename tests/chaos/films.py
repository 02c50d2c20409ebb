"""What a film's row says when our own copy of it is whole."""

from __future__ import annotations

from typing import Any

from django.utils import timezone


def stored_copy() -> dict[str, Any]:
    now = timezone.now()
    copy = {"file": "film.mp4", "sha256": "0" * 64, "size": 1}
    return {"state": "stored", "due_at": now, "stored_at": now} | copy
