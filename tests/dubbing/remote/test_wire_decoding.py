from __future__ import annotations

import json

import pytest

from dubbing.remote import wire
from dubbing.remote.errors import BadAnswerError
from dubbing.remote.types import AssetWord, EventWord, FailureWord, VersionWord
from tests.dubbing.remote.samples import sample

PROFILE = wire.DEFAULT_PROFILE


def _body(**values: object) -> bytes:
    return json.dumps(values).encode()


def test_nested_asset_is_read() -> None:
    asset = wire.decode_asset(PROFILE, sample("asset_nested"))
    assert (asset.remote_id, asset.status, asset.raw_status) == (
        "ast_7Qe",
        AssetWord.READY,
        "Ready",
    )
    assert (asset.duration, asset.locale, asset.name) == (61.48, "en-US", "Interview, take 2")
    assert [(d.remote_id, d.locale) for d in asset.dubbings] == [
        ("dub_es", "es-ES"),
        ("dub_fr", "fr-FR"),
    ]
    first = asset.dubbings[0].versions[0]
    assert (first.remote_id, first.status) == ("ver_es1", VersionWord.COMPLETED)
    assert (first.dubbing_id, first.asset_id, first.locale) == ("dub_es", "ast_7Qe", "es-ES")
    assert first.result_url == "https://films.example.com/es.mp4?sig=5ecret"
    assert asset.loose_versions == ()


def test_flat_asset_in_another_dialect_is_read() -> None:
    asset = wire.decode_asset(PROFILE, sample("asset_flat"))
    assert (asset.remote_id, asset.status, asset.duration) == ("9041", AssetWord.READY, 61.48)
    told = {d.locale: [(v.remote_id, v.status) for v in d.versions] for d in asset.dubbings}
    assert told == {
        "es-ES": [("ver_es1", VersionWord.READY_TO_EDIT)],
        "fr-FR": [("ver_fr1", VersionWord.NOT_READY)],
        "de-DE": [("ver_de1", VersionWord.GENERATING)],
    }


def test_bare_version_ids_without_a_home_are_kept_loose() -> None:
    asset = wire.decode_asset(PROFILE, sample("asset_ids_only"))
    assert [(d.remote_id, d.versions) for d in asset.dubbings] == [
        ("dub_es", None),
        ("dub_fr", None),
    ]
    assert [v.remote_id for v in asset.loose_versions] == ["ver_es1", "ver_fr1"]
    assert asset.loose_versions[0].raw_status == ""


def test_bare_version_id_finds_the_only_dubbing() -> None:
    raw = _body(id="a", dubbings=[{"id": "d", "locale": "es-ES"}], versions=["v"])
    (dubbing,) = wire.decode_asset(PROFILE, raw).dubbings
    assert [v.remote_id for v in dubbing.versions] == ["v"]


def test_dubbings_may_be_bare_locales_or_keyed_by_locale() -> None:
    bare = wire.decode_asset(PROFILE, _body(id="a", languages=["es-ES", "fil-PH"]))
    keyed = wire.decode_asset(
        PROFILE, _body(id="a", dubbings={"es-ES": {"id": "d", "version_id": "v"}})
    )
    assert [(d.remote_id, d.locale) for d in bare.dubbings] == [("", "es-ES"), ("", "fil-PH")]
    (dubbing,) = keyed.dubbings
    assert (dubbing.remote_id, dubbing.locale) == ("d", "es-ES")
    assert [v.remote_id for v in dubbing.versions] == ["v"]


@pytest.mark.parametrize(
    ("name", "word", "raw_code", "message"),
    [
        ("asset_failed", FailureWord.NO_SPEECH, "NoSpeech", "No spoken content was found."),
        (
            "asset_failed_flat",
            FailureWord.TRIM_OUT_OF_RANGE,
            "trim_out_of_range",
            "The end lies behind the video.",
        ),
        ("asset_unknown_words", FailureWord.UNKNOWN, "QuotaOnHold", "On hold."),
        ("asset_nested", "", "", ""),
    ],
)
def test_failure_is_read(name: str, word: str, raw_code: str, message: str) -> None:
    asset = wire.decode_asset(PROFILE, sample(name))
    assert (asset.error_code, asset.raw_error_code, asset.error_message) == (
        word,
        raw_code,
        message,
    )


def test_unknown_words_are_kept_raw() -> None:
    asset = wire.decode_asset(PROFILE, sample("asset_unknown_words"))
    (version,) = asset.dubbings[0].versions
    assert (asset.status, asset.raw_status) == (AssetWord.UNKNOWN, "Paused")
    assert (version.status, version.raw_status) == (VersionWord.UNKNOWN, "Mixing")


@pytest.mark.parametrize(
    "spelling", ["ReadyToEdit", "ready_to_edit", "READY_TO_EDIT", "readyToEdit", "ready-to-edit"]
)
def test_status_is_read_in_any_letter_case(spelling: str) -> None:
    version = wire.decode_version(PROFILE, _body(id="v", status=spelling))
    assert version.status is VersionWord.READY_TO_EDIT


def test_version_is_read() -> None:
    version = wire.decode_version(PROFILE, sample("version_completed"))
    assert (version.asset_id, version.dubbing_id) == ("ast_7Qe", "dub_es")
    assert version.studio_url == "https://studio.example.com/v/ver_es1?view=dub"


def test_version_in_an_envelope_is_read() -> None:
    version = wire.decode_version(PROFILE, sample("version_failed"))
    assert (version.remote_id, version.asset_id) == ("ver_es1", "ast_7Qe")
    assert (version.error_code, version.error_message) == ("Unknown", "The lips model stopped.")


def test_secrets_stay_out_of_bodies_and_reprs() -> None:
    asset = wire.decode_asset(PROFILE, sample("asset_nested"))
    version = wire.decode_version(PROFILE, sample("version_completed"))
    shown = json.dumps([asset.body, version.body]) + repr(asset) + repr(version)
    assert "5ecret" not in shown
    assert "t0ken" not in shown
    assert asset.body["media_url"] == "https://media.example.com/talk.mp4"


def test_bodies_are_fit_for_the_database() -> None:
    raw = b'{"id": "a", "note": "x\\u0000\\ud800", "rate": 1e999, "odd": NaN, "long": "%s"}' % (
        b"y" * 5000
    )
    body = wire.decode_asset(PROFILE, raw).body
    assert body["note"] == "x\ufffd?"
    assert body["rate"] is None
    assert body["odd"] is None
    assert len(body["long"]) == 2000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b'"x"',
        b"{}",
        b'{"id": true}',
        pytest.param(b"[" * 100_000, id="deep"),
        b'{"id": ""}',
    ],
)
def test_unreadable_asset_is_a_bad_answer(raw: bytes) -> None:
    with pytest.raises(BadAnswerError):
        wire.decode_asset(PROFILE, raw)


def test_page_with_total_is_read() -> None:
    page = wire.decode_page(PROFILE, sample("page_with_total"), 1)
    assert [a.remote_id for a in page.items] == ["ast_1", "ast_2"]
    assert page.items[0].dubbings[0].versions is None
    assert (page.next_page, page.total) == (2, 5)


def test_last_page_by_total_ends_the_list() -> None:
    assert wire.decode_page(PROFILE, sample("page_with_total"), 3).next_page is None


@pytest.mark.parametrize(
    ("page", "raw", "following"),
    [
        (2, sample("page_with_link"), 3),
        (2, _body(items=[{"id": "a"}], next=None), None),
        (2, _body(items=[{"id": "a"}], next_page=3), 3),
        (2, _body(items=[{"id": "a"}], next="b2Zmc2V0"), 3),
        (2, _body(items=[{"id": "a"}], has_more=True), 3),
        (2, _body(items=[{"id": "a"}], has_more=False), None),
        (2, b'[{"id": "a"}]', 3),
        (2, b"[]", None),
        (2, _body(data=[], total=400), None),
    ],
)
def test_next_page_is_read_from_any_sign(page: int, raw: bytes, following: int | None) -> None:
    assert wire.decode_page(PROFILE, raw, page).next_page == following


def test_page_without_a_list_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswerError):
        wire.decode_page(PROFILE, b'{"total": 3}', 1)


def test_callbacks_are_read() -> None:
    ready = wire.decode_callback(PROFILE, sample("callback_version_ready"))
    failed = wire.decode_callback(PROFILE, sample("callback_asset_failed"))
    assert (ready.event, ready.version_id, ready.locale) == (
        EventWord.VERSION_READY,
        "ver_es1",
        "es-ES",
    )
    assert (failed.event, failed.asset_id, failed.version_id, failed.locale) == (
        EventWord.ASSET_FAILED,
        "ast_7Qe",
        None,
        None,
    )


def test_unknown_event_keeps_its_word() -> None:
    event = wire.decode_callback(PROFILE, _body(event="asset_archived", asset_id="a"))
    assert (event.event, event.raw_event) == (EventWord.UNKNOWN, "asset_archived")


def test_callback_in_an_envelope_with_camel_case_is_read() -> None:
    raw = _body(type="VersionReady", data={"assetId": "a", "versionId": "v", "locale": "es-ES"})
    event = wire.decode_callback(PROFILE, raw)
    assert (event.event, event.asset_id, event.version_id, event.locale) == (
        EventWord.VERSION_READY,
        "a",
        "v",
        "es-ES",
    )


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"event": 3}', b"\xff"])
def test_unreadable_callback_is_a_bad_answer(raw: bytes) -> None:
    with pytest.raises(BadAnswerError):
        wire.decode_callback(PROFILE, raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"studio_url": "https://s.example.com/?t=1"}',
        b'{"studioUrl": {"url": "https://s.example.com/?t=1"}}',
        b'{"data": {"url": "https://s.example.com/?t=1"}}',
        b'"https://s.example.com/?t=1"',
    ],
)
def test_studio_link_is_read(raw: bytes) -> None:
    assert wire.decode_studio_url(PROFILE, raw) == "https://s.example.com/?t=1"


@pytest.mark.parametrize("raw", [b"{}", b'{"studio_url": "javascript:alert(1)"}', b"null", b"3"])
def test_anything_else_is_no_studio_link(raw: bytes) -> None:
    with pytest.raises(BadAnswerError):
        wire.decode_studio_url(PROFILE, raw)


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b'{"detail": "Unknown locale."}', "Unknown locale."),
        (
            b'{"detail": [{"loc": ["body", "languages", 0, "locale"], "msg": "too short"}]}',
            "languages.0.locale: too short",
        ),
        (b'{"error": {"message": "No."}}', "No."),
        (b"<html>gone</html>", None),
        (b"{}", None),
    ],
)
def test_error_detail_is_read(raw: bytes, detail: str | None) -> None:
    assert wire.decode_error_detail(PROFILE, raw) == detail
