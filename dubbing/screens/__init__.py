"""What a page shows, worked out before the template: rows, words and which buttons are legal."""

from __future__ import annotations
