"""Which team is active. Apart from the scope that acts on it, so that logs can name the team."""

from __future__ import annotations

import uuid
from contextvars import ContextVar

ALL_TEAMS = "all teams"
active: ContextVar[uuid.UUID | str | None] = ContextVar("active team", default=None)
