"""Figures for Prometheus.

All of them are read from the database or the disk when somebody asks. So it does not matter which
of the web's processes answers, and nothing has to be merged between them.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from dubbing.services.space import free_bytes
from dubbing.services.unsigned import count_unsigned
from dubbing.services.vitals import CAP, Vitals, read_vitals

UP_TO = f"counted up to {CAP:,}"
# PostgreSQL itself counts the rows written to a table: no scan, whatever the table's size.
ROWS_WRITTEN = "SELECT relname, n_tup_ins FROM pg_stat_user_tables WHERE relname = ANY(%s)"
COUNTED_TABLES = {
    "dubbing_callbackdelivery": ("dubdesk_callbacks", "Signed callbacks received."),
    "dubbing_outboxmessage": ("dubdesk_commands", "Commands written to the outbox."),
    "dubbing_statuschange": ("dubdesk_status_changes", "Changes of state recorded."),
    "dubbing_film": ("dubdesk_films", "Films that were finished."),
}


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Asks for METRICS_TOKEN as a bearer token; without that setting there is no such page."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("Unauthorized.\n", status=401, headers=headers)
    return HttpResponse(_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _text() -> bytes:
    registry = CollectorRegistry()
    registry.register(DeskCollector())
    return generate_latest(registry)


class DeskCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        vitals = read_vitals()
        yield _messages(vitals)
        yield from _gauges(vitals)
        yield from _totals()


def _messages(vitals: Vitals) -> Metric:
    family = GaugeMetricFamily(
        "dubdesk_outbox_messages", f"Commands by state, each {UP_TO}.", labels=["state"]
    )
    for state in ("waiting", "sending", "refused", "unconfirmed"):
        family.add_metric([state], getattr(vitals, state))
    return family


def _gauges(vitals: Vitals) -> Iterator[Metric]:
    oldest, overdue = vitals.oldest_unsent_seconds or 0, vitals.overdue_seconds or 0
    figures = (
        ("refreshes_due", f"Videos due for a look at the engine, {UP_TO}.", vitals.refreshes_due),
        ("films_wanted", f"Films due to be copied, {UP_TO}.", vitals.films_wanted),
        ("oldest_unsent_seconds", "Age of the oldest waiting command.", oldest),
        ("overdue_seconds", "How long the first due command has waited.", overdue),
        ("storage_free_bytes", "Free bytes where videos and films lie.", free_bytes()),
    )
    for name, text, value in figures:
        yield GaugeMetricFamily(f"dubdesk_{name}", text, value=value)
    if vitals.last_claim_seconds is not None:
        moment = time.time() - vitals.last_claim_seconds
        text = "When a worker last took a command, in Unix time."
        yield GaugeMetricFamily("dubdesk_last_claim_timestamp_seconds", text, value=moment)


def _totals() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS_WRITTEN, [list(COUNTED_TABLES)])
        for table, rows in cursor.fetchall():
            name, text = COUNTED_TABLES[table]
            yield CounterMetricFamily(name, text, value=rows)
    text = "Callbacks without a signature, refused unread on this machine."
    yield CounterMetricFamily("dubdesk_callbacks_unsigned", text, value=count_unsigned())
