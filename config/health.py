"""Whether this process answers, and whether the desk can do its work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.metrics import metrics
from config.storage import store
from dubbing.services.space import free_bytes
from dubbing.services.vitals import read_vitals


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where every need is met, else 503 with the reasons. Tells nothing about any row."""
    reasons = [reason for need in (database_need, store().find_problem) if (reason := need())]
    answer: dict[str, Any] = {
        "ok": not reasons,
        "reasons": reasons,
        "storage": {"free_bytes": free_bytes()},
    }
    if not reasons:
        vitals = read_vitals()
        answer["outbox"] = {
            "waiting": vitals.waiting,
            "oldest_unsent_seconds": vitals.oldest_unsent_seconds,
            "overdue_seconds": vitals.overdue_seconds,
            "last_claim_seconds": vitals.last_claim_seconds,
        }
    response = JsonResponse(answer, status=503 if reasons else 200)
    response["Cache-Control"] = "no-store"
    return response


def database_need() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            applied: set[tuple[str, str]] = set()
            if cursor.fetchone()[0]:
                cursor.execute("SELECT app, name FROM django_migrations")
                applied = set(cursor.fetchall())
    except Error:
        return "The database does not answer."
    missing = newest_migrations() - applied
    if missing:
        return f"{len(missing)} app(s) lack migrations. Run: python manage.py migrate"
    return None


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Reading the migrations' modules takes long, and they do not change in a process's life."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


# Asked by machines, which call us by whatever name the network has for us: `config.middleware`
# answers these before the Host header is looked at.
PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}
