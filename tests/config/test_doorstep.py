"""What is turned away before Django sees it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from accounts.scoping import team_scope
from config.doorstep import signed_callbacks_only
from config.wsgi import application
from dubbing.models import CallbackDelivery, RefusedCallbacks
from dubbing.services import unsigned
from tests.builders import make_asset


@pytest.fixture(autouse=True)
def uncounted(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(unsigned, "_uncounted", 0)
    monkeypatch.setattr(unsigned, "_written_at", 0.0)


def knock(server: Any, path: str, method: str = "POST", **headers: str) -> tuple[str, bytes]:
    """Status and body."""
    body = b'{"event": "version_generated"}'
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **headers,
    }
    told: list[str] = []
    answer = server(environ, lambda status, headers: told.append(status))
    return told[0], b"".join(answer)


def inside(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"inside"]


def test_a_callback_without_a_signature_gets_no_further() -> None:
    door = signed_callbacks_only(inside)
    status, body = knock(door, "/callbacks/panjaya/whoever/")
    assert (status, body) == ("400 Bad Request", b"Refused.\n")
    assert knock(door, "/callbacks/panjaya/whoever/", HTTP_X_SIGNATURE="")[0].startswith("400")
    assert unsigned.count_unsigned() == 2


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/callbacks/panjaya/whoever/", {"HTTP_X_SIGNATURE": "00"}),
        ("/callbacks/panjaya/whoever/", {"method": "GET"}),
        ("/assets/", {}),
        ("/", {}),
    ],
)
def test_all_else_goes_in(path: str, how: dict[str, str]) -> None:
    assert knock(signed_callbacks_only(inside), path, **how) == ("200 OK", b"inside")
    assert unsigned.count_unsigned() == 0


def test_the_door_stands_before_the_whole_desk(team, client) -> None:
    """And says what the desk itself would say, which writes no row either."""
    path = f"/callbacks/panjaya/{make_asset(team).callback_token}/"
    assert knock(application, path) == ("400 Bad Request", b"Refused.\n")
    behind = client.post(path, {"event": "version_generated"}, content_type="application/json")
    assert (behind.status_code, behind.content) == (400, b"Refused.\n")
    assert unsigned.count_unsigned() == 2
    with team_scope(team):
        assert not CallbackDelivery.objects.exists() and not RefusedCallbacks.objects.exists()
