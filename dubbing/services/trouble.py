"""Errors that are no row's doing: who meets one stops, and all of it comes again with the sweep."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# A lost connection, a deadlock, a full disk.
DATABASE_IN_TROUBLE = (OperationalError, InterfaceError)
