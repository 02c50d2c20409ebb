"""Fills the sandbox with a past, and takes it away again."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.seeding import sow, weed
from sandbox.web.http import Answer, Request, json_answer


def plant(here: Installation, request: Request) -> Answer:
    data = request.json()
    entries = data.get("assets") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ApiError(400, "the body must be an object with a list of assets")
    return json_answer(201, {"added": sow(here, entries)})


def remove(here: Installation, request: Request) -> Answer:
    return json_answer(200, {"removed": weed(here)})
