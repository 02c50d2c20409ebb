from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs; team and memberships are there once team_view has run."""
    return {
        "team": getattr(request, "team", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "mail_page": settings.MAIL_PAGE,
    }
