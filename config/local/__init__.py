"""Everything that makes one machine enough: install, database server, supervisor."""

from __future__ import annotations
