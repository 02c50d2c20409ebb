from __future__ import annotations

import dataclasses

import pytest

from dubbing.remote import wire
from dubbing.remote.types import AssetWord, NewAsset, NewLanguage
from tests.dubbing.remote.samples import sample

PROFILE = wire.DEFAULT_PROFILE
SMALL = NewAsset(locale="en-US", languages=(NewLanguage("es-ES"),))


def test_blank_fields_are_left_out() -> None:
    assert wire.encode_new_asset(PROFILE, SMALL) == {
        "locale": "en-US",
        "languages": [{"locale": "es-ES"}],
    }


def test_every_field_has_its_remote_name() -> None:
    new = NewAsset(
        locale="en-US",
        languages=(NewLanguage("es-ES", srt="1\n"),),
        media_url="https://m.example.com/a.mp4",
        speakers_count=2,
        start_time=0.0,
        end_time=9.5,
        callback_url="https://d.example.com/c/",
        lips_model="fast",
        background_audio_url="https://m.example.com/b.wav",
        name="A",
    )
    assert wire.encode_new_asset(PROFILE, new) == {
        "media_url": "https://m.example.com/a.mp4",
        "locale": "en-US",
        "speakers_count": 2,
        "languages": [{"locale": "es-ES", "srt": "1\n"}],
        "start_time": 0.0,
        "end_time": 9.5,
        "callback_url": "https://d.example.com/c/",
        "lips_model": "fast",
        "background_audio_url": "https://m.example.com/b.wav",
        "name": "A",
    }


def test_unknown_lips_model_is_refused() -> None:
    with pytest.raises(ValueError, match="sharp"):
        wire.encode_new_asset(PROFILE, dataclasses.replace(SMALL, lips_model="sharp"))


def test_numbers_that_json_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.encode_body({"end_time": float("nan")})


@pytest.mark.parametrize(
    ("remote_id", "path"),
    [
        ("ast_1", "/v1/assets/ast_1"),
        ("a/b?c#d", "/v1/assets/a%2Fb%3Fc%23d"),
        ("..", "/v1/assets/%2E%2E"),
        ("é", "/v1/assets/%C3%A9"),
    ],
)
def test_ids_are_quoted_in_paths(remote_id: str, path: str) -> None:
    assert wire.encode_call(PROFILE, "asset", remote_id) == ("GET", path)


def test_call_on_an_object_needs_its_id() -> None:
    with pytest.raises(ValueError, match="asset"):
        wire.encode_call(PROFILE, "asset", "")


@pytest.mark.parametrize("key", ["panjaya-abc", "abc"])
def test_key_is_sent_with_its_prefix(key: str) -> None:
    assert wire.encode_authorization(PROFILE, key) == "Bearer panjaya-abc"


def test_overrides_change_what_is_sent_and_add_to_what_is_read() -> None:
    profile = wire.WireProfile.from_overrides(
        {
            "calls": {"generate": "", "revise": "POST /v2/versions/{id}/reopen"},
            "writes": {"languages": "targets", "name": "", "page": "", "offset": "skip"},
            "reads": {"dubbings": ["tracks"], "items": "rows"},
            "asset_words": {"On Hold": "Processing"},
            "lips_words": {"quality": ""},
            "page_size": 20,
            "key_prefix": "",
        }
    )
    assert wire.encode_call(profile, "generate", "v") is None
    assert wire.encode_call(profile, "revise", "v") == ("POST", "/v2/versions/v/reopen")
    sent = wire.encode_new_asset(
        profile, dataclasses.replace(SMALL, name="A", lips_model="quality")
    )
    assert sent == {"locale": "en-US", "targets": [{"locale": "es-ES"}]}
    assert wire.encode_page(profile, 3) == {"skip": 40, "page_size": 20}
    asset = wire.decode_asset(
        profile, b'{"id": "a", "status": "on_hold", "tracks": [{"id": "d", "locale": "es-ES"}]}'
    )
    assert asset.status is AssetWord.PROCESSING
    assert [d.remote_id for d in asset.dubbings] == ["d"]
    assert wire.decode_asset(profile, sample("asset_nested")).status is AssetWord.READY
    assert wire.encode_authorization(profile, "abc") == "Bearer abc"


@pytest.mark.parametrize(
    ("overrides", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"calls": []}, "calls"),
        ({"calls": {"delete": "POST /x"}}, "calls.delete"),
        ({"calls": {"create": ""}}, "calls.create"),
        ({"calls": {"create": "DELETE /v1/assets"}}, "calls.create"),
        ({"calls": {"create": "POST v1/assets"}}, "calls.create"),
        ({"calls": {"revise": "POST /v1/revise"}}, "calls.revise"),
        ({"calls": {"create": "POST /v1/{id}"}}, "calls.create"),
        ({"writes": {"locale": 3}}, "writes.locale"),
        ({"writes": {"upload_file": "a\r\nb"}}, "writes.upload_file"),
        ({"reads": {"dubbings": [""]}}, "reads.dubbings"),
        ({"reads": {"colour": "red"}}, "reads.colour"),
        ({"asset_words": {"done": "Finished"}}, "asset_words.done"),
        ({"version_words": {"done": 1}}, "version_words.done"),
        ({"event_words": {"x": "Ready"}}, "event_words.x"),
        ({"failure_words": {"x": "y"}}, "failure_words.x"),
        ({"lips_words": {"sharp": "x"}}, "lips_words.sharp"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": True}, "page_size"),
        ({"key_prefix": "a\nb"}, "key_prefix"),
    ],
)
def test_bad_override_is_named(overrides: dict[str, object], key: str) -> None:
    with pytest.raises(wire.ProfileError) as caught:
        wire.WireProfile.from_overrides(overrides)
    assert caught.value.key == key
