"""Everything that can be known of a video before it is sent, and a verdict in words."""

from __future__ import annotations

from dubbing.services.preflight.checking import ask_check, check_batch, check_item
from dubbing.services.preflight.findings import ERROR, HINT, WARNING, Finding, link_findings

__all__ = [
    "ERROR",
    "HINT",
    "WARNING",
    "Finding",
    "ask_check",
    "check_batch",
    "check_item",
    "link_findings",
]
