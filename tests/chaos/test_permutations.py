"""Callbacks in every order, with duplicates and strangers among them, end alike after a look."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, CallbackDelivery, Film, Version
from dubbing.services import clients
from dubbing.services.callbacks import receive_callback
from dubbing.services.refresh import refresh_asset_if_due
from dubbing.states import VersionStatus
from tests.builders import make_asset, make_version
from tests.chaos.far_end import FarEnd
from tests.dubbing.signing import sign

# Of one version's life: a repeat, a foreign asset's and an unknown word among them.
EVENTS = (
    "version_ready",
    "version_generating",
    "version_generated",
    "version_generated",
    "foreign",
    "version_proofread",
)
FAILED_EVENTS = (
    "version_ready",
    "version_generating",
    "version_generating",
    "version_generate_failed",
    "version_failed",
    "foreign",
)
Order = tuple[str, ...]
SAMPLE = 30


@dataclass(frozen=True)
class Life:
    """One asset with one version here, and the same at the far end."""

    asset: Asset
    version: Version
    far: FarEnd

    def tell(self, event: str) -> None:
        words = {
            "event": "version_generated" if event == "foreign" else event,
            "asset_id": "somebody-elses" if event == "foreign" else self.asset.remote_id,
            "version_id": self.version.remote_id,
            "version_locale": "de-DE",
        }
        body = json.dumps(words).encode()
        headers = {"X-Signature": sign(body)}
        receive_callback(token=self.asset.callback_token, body=body, headers=headers)

    def look(self) -> None:
        Asset.objects.filter(pk=self.asset.pk).update(refresh_due_at=timezone.now())
        refresh_asset_if_due(asset_id=self.asset.pk)

    def outcome(self) -> tuple[object, ...]:
        version = Version.objects.select_related("dubbing").get(pk=self.version.pk)
        films = Film.objects.filter(version=version).count()
        told = CallbackDelivery.objects.filter(asset=self.asset).count()
        return version.status, version.generation, version.dubbing.stage, films, told


@pytest.fixture
def life(db: None, team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    far = FarEnd()
    client = far.client()
    monkeypatch.setattr(clients, "http_client", lambda: client)
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.NOT_READY)
    with team_scope(team.pk):
        yield Life(asset, version, far)
    client.close()


def ends_of(life: Life, orders: Iterable[Order], status: str) -> set[tuple[object, ...]]:
    theirs = {"id": life.version.remote_id, "locale": "de-DE", "status": status}
    remote_id = life.asset.remote_id
    life.far.assets[remote_id] = {"id": remote_id, "status": "Ready", "versions": [theirs]}
    ends = set()
    for order in orders:
        with transaction.atomic():
            for event in order:
                life.tell(event)
            life.look()
            ends.add(life.outcome())
            transaction.set_rollback(True)
    return ends


def every_order(events: Order) -> list[Order]:
    """Of all six, and of each choice of fewer: some are never delivered."""
    sizes = range(1, len(events) + 1)
    return sorted({p for size in sizes for p in itertools.permutations(events, size)})


def sample_of(events: Order) -> list[Order]:
    whole = sorted(set(itertools.permutations(events)))
    return random.Random(7).sample(whole, SAMPLE)


def test_some_orders_of_a_film_end_alike(life: Life) -> None:
    assert ends_of(life, sample_of(EVENTS), "Completed") == {("Completed", 1, "finished", 1, 6)}


def test_some_orders_of_a_failure_end_alike(life: Life) -> None:
    ends = {end[0] for end in ends_of(life, sample_of(FAILED_EVENTS), "Failed")}
    assert ends == {"Failed"}


@pytest.mark.slow
def test_every_order_of_a_film_ends_alike(life: Life) -> None:
    ends = ends_of(life, every_order(EVENTS), "Completed")
    assert {end[:4] for end in ends} == {("Completed", 1, "finished", 1)}


@pytest.mark.slow
def test_every_order_of_a_failure_ends_alike(life: Life) -> None:
    ends = ends_of(life, every_order(FAILED_EVENTS), "Failed")
    assert {end[:4] for end in ends} == {("Failed", 0, "failed", 0)}
