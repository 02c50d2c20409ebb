"""Saved views, and how the studio's people left their desks."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from dubbing.demo.studio import Studio
from dubbing.models import MemberDesk, SavedView

NORDIC = ("sv-SE", "da-DK", "nb-NO", "fi-FI")
LAST_VISIT = timedelta(hours=15)
# Whose, name, page, filters, for all.
VIEWS = (
    ("Ines Castellanos", "Overdue", "list", [("due", "overdue")], True),
    ("Ines Castellanos", "Everything that failed", "matrix", [("failed", "1")], True),
    ("Mara Lindqvist", "Nordics", "matrix", [("locale", code) for code in NORDIC], True),
    ("Mara Lindqvist", "Approved, to be generated", "list", [("stage", "approved")], True),
    ("Solveig Aas", "Waits for me", "list", [("waiting", "me")], False),
    ("Tobias Rehm", "Safety: legal deadline", "matrix",
     [("project", "Safety Onboarding 2026"), ("due", "week")], False),
)  # fmt: skip


def make_views(studio: Studio) -> None:
    for name, title, page, query, is_shared in VIEWS:
        SavedView.objects.create(
            team=studio.team,
            user=studio.people[name],
            name=title,
            page=page,
            query=urlencode(query),
            is_shared=is_shared,
        )
    for user in studio.people.values():
        MemberDesk.objects.create(
            team=studio.team,
            user=user,
            seen_at=studio.now - LAST_VISIT,
            last_here_at=studio.now - LAST_VISIT,
            wants_digest=False,
        )
