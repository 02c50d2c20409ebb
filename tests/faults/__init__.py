"""Tools that break things on purpose, and the tests of those tools."""

from __future__ import annotations
