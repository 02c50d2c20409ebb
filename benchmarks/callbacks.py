"""Verified callbacks against a trivial view of the same server and the bare statement.

The trivial view is the same route asked with GET: the whole middleware, then 405. Every callback
is a legal move of a version of its own: signature checked, stored, applied, its
asset due for a look. The floor is the same statement by the same number of database connections
from threads of one process, without HTTP, signature or Django's view in front.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import psycopg
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection as database
from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.ids import new_id
from accounts.models import Team
from accounts.scoping import all_teams
from benchmarks import desk, load, pgbench
from dubbing.models import Asset, Connection, Dubbing, Version
from dubbing.services.callback_statements import RECORD
from dubbing.states import DubbingStatus, Stage, VersionStatus

ROUNDS = 5
CALLS = 1600
VERSIONS_PER_ASSET = 10
FLOOR_CONNECTIONS = 8
Pair = tuple[Asset, Version]


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    studio = _Studio()
    trivial, callbacks, floors, servers = [], [], [], []
    with desk.web_process() as web:
        trivial_call = _get(web, "/callbacks/panjaya/nobody/")
        load.closed_loop(web.host, web.port, [trivial_call] * 300)
        load.closed_loop(web.host, web.port, studio.deliveries(web, 300))
        for _ in range(ROUNDS):
            trivial.append(load.closed_loop(web.host, web.port, [trivial_call] * CALLS).rate)
            result = load.closed_loop(web.host, web.port, studio.deliveries(web, CALLS))
            assert not result.failures, f"{result.failures} callbacks were not accepted"
            callbacks.append(result.rate)
            floors.append(studio.bare_statements(CALLS))
            if (rate := studio.under_pgbench(CALLS)) is not None:
                servers.append(rate)
        half = statistics.median(callbacks) / 2
        calm = load.open_loop(web.host, web.port, studio.deliveries(web, CALLS), half)
    assert studio.all_moved(), "a callback was answered 200 but moved nothing"
    ratios = [call / view for call, view in zip(callbacks, trivial, strict=True)]
    shares = [call / floor for call, floor in zip(callbacks, floors, strict=True)]
    yield "trivial view, answers/s (median)", f"{statistics.median(trivial):.0f}"
    yield "callback verified, stored and applied, per second", f"{statistics.median(callbacks):.0f}"
    yield "the bare statement, 8 connections, per second", f"{statistics.median(floors):.0f}"
    if servers:
        yield "the same statement under pgbench, per second", f"{statistics.median(servers):.0f}"
        with_pgbench = [call / server for call, server in zip(callbacks, servers, strict=True)]
        yield "callback / pgbench", _spread(with_pgbench)
    yield "callback / trivial view (target ≥ 0.25)", _spread(ratios)
    yield "callback / bare statement", _spread(shares)
    yield (
        f"at half load ({half:.0f}/s): callback to stored state p50",
        f"{calm.percentile(0.5):.1f} ms",
    )
    yield "  p99 (target ≤ 25 ms)", f"{calm.percentile(0.99):.1f} ms"


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _get(web: desk.Web, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {web.host}:{web.port}\r\n\r\n".encode()


class _Studio:
    """A team with generating versions, each good for one delivery."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        pem = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._team = Team.objects.create(slug="bench", name="Bench")
        self._connection = Connection(
            team=self._team,
            public_keys=pem.decode(),
            is_sandbox=True,
            base_url="http://127.0.0.1:9",
        )
        self._connection.set_key("panjaya-bench")
        with _all_teams():
            self._connection.save()

    def versions(self, count: int) -> list[Pair]:
        """Fresh assets and versions; pairs of asset and version."""
        now = timezone.now()
        targets = ["de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "sv-SE", "da-DK", "fi-FI"]
        targets += ["pl-PL", "cs-CZ"]
        pairs: list[Pair] = []
        with _all_teams():
            for number in range(-(-count // VERSIONS_PER_ASSET)):
                asset = Asset.objects.create(
                    team=self._team,
                    connection=self._connection,
                    title=f"Bench {number}",
                    media_url="https://media.example.org/a.mp4",
                    locale_id="en-US",
                    remote_id=f"a-{time.monotonic_ns()}",
                    status="Ready",
                )
                dubbings = [
                    Dubbing(
                        team=self._team,
                        asset=asset,
                        locale_id=locale,
                        status=DubbingStatus.STARTED,
                        stage=Stage.GENERATING,
                        stage_since=now,
                    )
                    for locale in targets
                ]
                Dubbing.objects.bulk_create(dubbings)
                versions = [
                    Version(
                        team=self._team,
                        asset=asset,
                        dubbing=dubbing,
                        number=1,
                        remote_id=f"v-{asset.remote_id}-{dubbing.locale_id}",
                        status=VersionStatus.GENERATING,
                    )
                    for dubbing in dubbings
                ]
                Version.objects.bulk_create(versions)
                pairs += [(asset, version) for version in versions]
        # What autovacuum does once a table has grown: plans made for the empty table go.
        with database.cursor() as cursor:
            cursor.execute("ANALYZE")
        return pairs[:count]

    def deliveries(self, web: desk.Web, count: int) -> list[bytes]:
        return [self._delivery(web, asset, version) for asset, version in self.versions(count)]

    def _delivery(self, web: desk.Web, asset: Asset, version: Version) -> bytes:
        body = json.dumps(
            {
                "event": "version_generated",
                "asset_id": asset.remote_id,
                "version_id": version.remote_id,
                "version_locale": "de-DE",
            }
        ).encode()
        signature = self._key.sign(body, ec.ECDSA(hashes.SHA256())).hex()
        head = (
            f"POST /callbacks/panjaya/{asset.callback_token}/ HTTP/1.1\r\n"
            f"Host: {web.host}:{web.port}\r\nContent-Type: application/json\r\n"
            f"X-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def bare_statements(self, count: int) -> float:
        """The hot path's own SQL, per second."""
        parameters = [self._parameters(asset, version) for asset, version in self.versions(count)]
        address = settings.DATABASES["default"]
        shares = [parameters[start::FLOOR_CONNECTIONS] for start in range(FLOOR_CONNECTIONS)]

        def work(share: list[dict[str, object]]) -> None:
            words = {"dbname": address["NAME"], "user": address["USER"], "host": address["HOST"]}
            with psycopg.connect(**words, autocommit=True) as server:
                for one in share:
                    server.execute(RECORD, one, prepare=True)

        began = time.perf_counter()
        with ThreadPoolExecutor(FLOOR_CONNECTIONS) as pool:
            list(pool.map(work, shares))
        return count / (time.perf_counter() - began)

    def under_pgbench(self, count: int) -> float | None:
        pairs = self.versions(count)
        return pgbench.rate(
            [(asset.callback_token, asset.remote_id, one.remote_id) for asset, one in pairs],
            public_keys=self._connection.public_keys,
        )

    def _parameters(self, asset: Asset, version: Version) -> dict[str, object]:
        return {
            "token": asset.callback_token,
            "keys": self._connection.public_keys,
            "profile": "{}",
            "remote": asset.remote_id,
            "version": version.remote_id,
            "start": "Generating",
            "end": "Completed",
            "stage": "finished",
            "films": 1,
            "film": new_id(),
            "wanted": "wanted",
            "change": new_id(),
            "cause": "callback",
            "delivery": new_id(),
            "event": "version_generated",
            "raw_event": "version_generated",
            "locale": "de-DE",
            "body": Jsonb({}),
            "form": "hex, DER",
            "now": timezone.now(),
        }

    def all_moved(self) -> bool:
        with _all_teams():
            return not Version.objects.filter(team=self._team).exclude(status="Completed").exists()


def _all_teams() -> AbstractContextManager[None]:
    return all_teams("a benchmark's own team")
