"""Subtitle files: whose they are, what they hold, what is wrong with them. No models here."""

from __future__ import annotations
