from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Connection, OutboxMessage
from dubbing.services.actors import DESK
from dubbing.services.assets import submit_asset
from dubbing.services.orders import AssetDraft, LanguageDraft
from tests.browser.desk import environment
from tests.builders import make_connection, make_team
from tests.chaos.books import Entry, find_faults
from tests.chaos.mortal import MortalWorker, run_mortal
from tests.faults.proxy import FaultProxy, run_proxy
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox


@dataclass(frozen=True)
class Scene:
    """A team whose engine is a sandbox behind a fault proxy; `mortal` does its work."""

    team: Team
    connection: Connection
    sandbox: SandboxHandle
    proxy: FaultProxy
    mortal: MortalWorker
    entries_before: int

    def order_video(self, *locales: str) -> OutboxMessage:
        draft = AssetDraft(
            media_url=f"{self.sandbox.url}/sandbox/sample.mp4",
            locale="en-US",
            title="Chaos",
            languages=[LanguageDraft(locale) for locale in locales or ("de-DE",)],
        )
        with team_scope(self.team.pk):
            asset: Asset = submit_asset(team=self.team, actor=DESK, draft=draft)
            message: OutboxMessage = asset.messages.get()
        return message

    def ledger(self) -> list[Entry]:
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = httpx.get(f"{self.sandbox.url}/sandbox/ledger", headers=headers)
        entries: list[Entry] = answer.json()["entries"]
        return entries[self.entries_before :]

    def faults(self) -> list[str]:
        return find_faults(self.team.pk, self.ledger)

    def paid_for(self, message: OutboxMessage) -> int:
        with team_scope(self.team.pk):
            token = Asset.objects.get(pk=message.asset_id).callback_token
        return sum(token in str(entry["callback_url"]) for entry in self.ledger())


@pytest.fixture(scope="module")
def idle_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """Takes orders and never gets to work."""
    with run_sandbox(tmp_path_factory.mktemp("idle"), pace=1000) as handle:
        yield handle


@pytest.fixture(scope="module")
def mortal(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, idle_sandbox: SandboxHandle
) -> Iterator[MortalWorker]:
    words = environment(
        public_url="http://127.0.0.1:9",
        edge_url="http://127.0.0.1:9",
        sandbox_url=idle_sandbox.url,
    )
    with run_mortal(words, tmp_path_factory.mktemp("mortal") / "errors.log") as worker:
        yield worker


@pytest.fixture
def scene(
    transactional_db: None, idle_sandbox: SandboxHandle, mortal: MortalWorker
) -> Iterator[Scene]:
    with run_proxy(idle_sandbox.url) as proxy:
        team = make_team()
        pem = idle_sandbox.public_key_pem.decode()
        connection = make_connection(team, base_url=proxy.url, public_keys=pem)
        before = Scene(team, connection, idle_sandbox, proxy, mortal, 0).ledger()
        yield Scene(team, connection, idle_sandbox, proxy, mortal, len(before))
