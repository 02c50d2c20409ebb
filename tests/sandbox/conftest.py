from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.media import make_talking_video
from tests.sandbox.client import Client
from tests.sandbox.loopback import Loopback, run_loopback
from tests.sandbox_process import SandboxHandle, run_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


@pytest.fixture
def client(sandbox: SandboxHandle) -> Client:
    return Client(sandbox)


class Misbehaving(Client):
    """A client of a sandbox that nobody else uses: what is switched on meets its next call."""

    def switch_on(self, name: str, **how: Any) -> None:
        """Once, unless `how` says otherwise."""
        answer = self.post("/sandbox/scenarios", {"name": name, "times": 1} | how)
        assert answer.status_code == 201, answer.text

    def still_on(self) -> list[str]:
        return [order["name"] for order in self.get("/sandbox/scenarios")["active"]]

    def paid(self) -> list[str]:
        return [entry["action"] for entry in self.get("/sandbox/ledger")["entries"]]


@pytest.fixture(scope="package")
def private_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """One job at a time, so that callbacks are owed in a known order."""
    folder = tmp_path_factory.mktemp("private")
    with run_sandbox(folder, env={"SANDBOX_WORKERS": "1"}) as handle:
        yield handle


@pytest.fixture
def naughty(private_sandbox: SandboxHandle) -> Iterator[Misbehaving]:
    client = Misbehaving(private_sandbox)
    yield client
    client.request("DELETE", "/sandbox/scenarios")


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    folder = tmp_path / "served"
    folder.mkdir()
    with run_loopback(folder) as running:
        yield running


@pytest.fixture(scope="session")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_talking_video(tmp_path_factory.mktemp("media") / "talking.mp4")
