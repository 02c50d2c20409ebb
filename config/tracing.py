"""Which request or task is being worked on, for whatever is logged meanwhile."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request id", default="")
task_id: ContextVar[str] = ContextVar("task id", default="")
