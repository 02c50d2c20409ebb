"""Where Panjaya cannot reach us, nothing is asked to be called back and looks carry it all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Team
from dubbing.models import Connection, Version
from dubbing.services.calls import new_asset
from dubbing.services.reachability import callback_url, why_no_callbacks
from dubbing.states import VersionStatus
from tests.builders import make_asset, make_connection, make_version
from tests.dubbing.connections.conftest import Engine
from tests.dubbing.pages.html import text_of
from tests.work import drain

Far = tuple[Engine, str]


@pytest.mark.parametrize(
    ("public_url", "words"),
    [
        ("http://desk.example.org", "https addresses only"),
        ("https://127.0.0.1:8000", "only your own network"),
        ("https://desk.internal", "only your own network"),
        ("https://192.168.7.7", "only your own network"),
        ("https://desk.example.org", ""),
    ],
)
def test_public_https_decides(
    scope: Team, settings: Any, public_url: str, words: str, as_alice: Client
) -> None:
    settings.PUBLIC_URL = public_url
    asset = make_asset(scope, connection=make_connection(scope, is_sandbox=False))
    reason = why_no_callbacks(asset.connection)
    assert bool(reason) == bool(words) and words in reason
    assert new_asset(asset, ()).callback_url == callback_url(asset)
    assert (callback_url(asset) is None) == bool(words)
    page = text_of(as_alice.get("/connection/"))
    assert ("Not asked for" if words else "Panjaya can reach this desk") in page


def test_sandbox_is_called_back_from_wherever_it_runs(scope: Team, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    asset = make_asset(scope, connection=make_connection(scope))
    assert str(callback_url(asset)).startswith("http://127.0.0.1:8000/callbacks/panjaya/")


def test_looks_alone_follow_a_dub_to_its_end(scope: Team, far: Far) -> None:
    engine, url = far
    connection = make_connection(scope, base_url=url, is_sandbox=False, looks_per_minute=6000)
    asset = make_asset(scope, connection=connection)
    version = make_version(asset, status=VersionStatus.NOT_READY)

    def tell(status: str) -> None:
        versions = [{"id": version.remote_id, "status": status}]
        told = {"id": asset.remote_id, "status": "Ready"}
        dubbing = {"id": "d", "locale": "de-DE", "versions": versions}
        engine.by_path[f"/v1/assets/{asset.remote_id}"] = (200, told | {"dubbings": [dubbing]})

    for status in ("ReadyToEdit", "Generating", "Completed", "ReadyToEdit"):
        tell(status)
        drain(scope, lambda status=status: Version.objects.filter(status=status).exists())
    assert Connection.objects.get().looks_booked_until is not None
