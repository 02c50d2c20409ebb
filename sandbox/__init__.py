"""A stand-in for the remote dubbing API: own process, real HTTP, real work on real media."""

from __future__ import annotations
