"""The client and the sandbox were written apart: here they meet, in both of its dialects."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

import pytest

from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.remote.errors import CallAbsentError, GoneError, KeyRejectedError, RejectedError
from dubbing.remote.types import AssetSnapshot, AssetWord, NewAsset, NewLanguage, UploadPart
from dubbing.remote.wire import DEFAULT_PROFILE, WireProfile
from tests.dubbing.connections.dialect import SECOND
from tests.sandbox_process import KEY, run_sandbox

SECOND_PROFILE = WireProfile.from_overrides(SECOND | {"page_size": 2})
NEW = NewAsset(
    locale="en-US",
    languages=(NewLanguage("es-ES"), NewLanguage("fr-FR")),
    speakers_count=2,
    lips_model="fast",
    name="Straße",
)


@dataclass(frozen=True)
class Peer:
    client: RemoteClient
    url: str
    dialect: str


@pytest.fixture(scope="module", params=["default", "second"])
def peer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peer]:
    profile = SECOND_PROFILE if request.param == "second" else DEFAULT_PROFILE
    folder = tmp_path_factory.mktemp("sandbox")
    arguments = ("--dialect", request.param)
    with run_sandbox(folder, arguments=arguments) as handle, make_http_client() as http:
        yield Peer(RemoteClient(http, handle.url, KEY, profile), handle.url, request.param)


def _upload(peer: Peer, content: bytes = b"no film at all") -> AssetSnapshot:
    part = UploadPart(io.BytesIO(content), "film.mp4", len(content), "video/mp4")
    return peer.client.upload_asset(NEW, part)


def _settled(peer: Peer, remote_id: str) -> AssetSnapshot:
    deadline = time.monotonic() + 30
    while (asset := peer.client.get_asset(remote_id)).status is AssetWord.PROCESSING:
        assert time.monotonic() < deadline, "The sandbox never finished."
        Event().wait(0.05)
    return asset


def test_uploaded_asset_is_understood(peer: Peer) -> None:
    asset = _upload(peer)
    assert asset.raw_status
    assert asset.status is not AssetWord.UNKNOWN
    assert sorted(d.locale for d in asset.dubbings) == ["es-ES", "fr-FR"]
    assert all(d.remote_id and d.versions for d in asset.dubbings)
    version = asset.dubbings[0].versions[0]
    fetched = peer.client.get_version(version.remote_id)
    assert fetched.dubbing_id == asset.dubbings[0].remote_id
    assert (fetched.asset_id, fetched.locale) == (asset.remote_id, asset.dubbings[0].locale)


def test_failure_is_understood(peer: Peer) -> None:
    asset = _settled(peer, _upload(peer).remote_id)
    assert asset.status is AssetWord.FAILED
    assert asset.error_code not in ("", "Unknown")
    assert asset.raw_error_code
    assert asset.error_message


def test_list_holds_every_asset(peer: Peer) -> None:
    made = {_upload(peer).remote_id for _ in range(5)}
    listed = [asset.remote_id for asset in peer.client.iter_assets()]
    assert made <= set(listed)
    assert len(listed) == len(set(listed))


def test_studio_link_is_given_and_generate_may_be_absent(peer: Peer) -> None:
    version_id = _upload(peer).dubbings[0].versions[0].remote_id
    assert peer.client.create_studio_url(version_id).startswith("http")
    absent = CallAbsentError if peer.dialect == "second" else RejectedError
    with pytest.raises(absent) as caught:
        peer.client.generate(version_id)
    assert isinstance(caught.value, CallAbsentError) == (peer.dialect == "second")


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.get_asset("nobody"),
        lambda client: client.get_version("nobody"),
        lambda client: client.add_languages("nobody", (NewLanguage("es-ES"),)),
        lambda client: client.revise("nobody"),
        lambda client: client.create_studio_url("nobody"),
    ],
)
def test_unknown_things_are_gone(peer: Peer, act: Callable[[RemoteClient], object]) -> None:
    with pytest.raises(GoneError):
        act(peer.client)


def test_refusal_names_its_reason(peer: Peer) -> None:
    with pytest.raises(RejectedError) as caught:
        peer.client.create_asset(NewAsset(locale="xx-XX", languages=(NewLanguage("es-ES"),)))
    assert caught.value.status_code in (400, 422)
    assert len(caught.value.detail) > 5


def test_wrong_key_is_told(peer: Peer) -> None:
    with make_http_client() as http, pytest.raises(KeyRejectedError):
        RemoteClient(http, peer.url, "panjaya-wrong").list_assets()
