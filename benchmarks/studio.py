"""A team with generating versions, each good for one signed delivery."""

from __future__ import annotations

import json
import time
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
from benchmarks import desk, pgbench
from dubbing.models import Asset, CallbackDelivery, Connection, Dubbing, Version
from dubbing.services.callback_statements import RECORD
from dubbing.services.callbacks import STAGES_BY_END
from dubbing.states import DubbingStatus, Stage, VersionStatus

VERSIONS_PER_ASSET = 10
FLOOR_CONNECTIONS = 8
Pair = tuple[Asset, Version]


class Studio:
    """A team with generating versions, each good for one delivery."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        pem = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._team = Team.objects.create(slug=f"bench-{new_id()}"[-40:], name="Bench")
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
                for dubbing, version in zip(dubbings, versions, strict=True):
                    dubbing.current = version
                Dubbing.objects.bulk_update(dubbings, ["current"])
                pairs += [(asset, version) for version in versions]
        # What autovacuum does once a table has grown: plans made for the empty table go.
        with database.cursor() as cursor:
            cursor.execute("ANALYZE")
        return pairs[:count]

    def deliveries(self, web: desk.Web, count: int) -> list[bytes]:
        """Whole requests, each of which moves a version of its own."""
        return [self.delivery(web, asset, version) for asset, version in self.versions(count)]

    def delivery(self, web: desk.Web, asset: Asset, version: Version) -> bytes:
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
            "stages": STAGES_BY_END[VersionStatus.COMPLETED],
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

    def unsigned(self, web: desk.Web) -> bytes:
        """A whole request to a known address, without a signature."""
        request = self.deliveries(web, 1)[0]
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"X-Signature")]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def deliveries_stored(self) -> int:
        with _all_teams():
            return int(CallbackDelivery.objects.filter(team=self._team).count())

    def all_moved(self) -> bool:
        with _all_teams():
            return not Version.objects.filter(team=self._team).exclude(status="Completed").exists()


def _all_teams() -> AbstractContextManager[None]:
    return all_teams("a benchmark's own team")
