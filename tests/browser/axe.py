"""What axe-core finds on a page; nothing is what every page should come to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from playwright.sync_api import Page

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[Any]:
    """Each with its rule and the first places it was found at."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in found["violations"]
    ]
