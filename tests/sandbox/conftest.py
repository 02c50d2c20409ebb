from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media import make_talking_video
from tests.sandbox.client import Client
from tests.sandbox.loopback import Loopback, run_loopback
from tests.sandbox.misbehaving import Misbehaving
from tests.sandbox_process import SandboxHandle, run_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


@pytest.fixture
def client(sandbox: SandboxHandle) -> Client:
    return Client(sandbox)


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
