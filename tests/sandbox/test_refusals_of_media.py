"""The seven documented causes, each with media that really is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media import (
    make_audio_only,
    make_silent_video,
    make_talking_video,
    make_tone_video,
    make_video_without_audio,
)
from tests.sandbox.client import Client, new_asset
from tests.sandbox.loopback import Loopback
from tests.sandbox_process import run_sandbox


def failure_of(client: Client, file: Path, **changes: object) -> tuple[str, str]:
    answer = client.upload(file, new_asset(**changes))
    assert answer.status_code == 201
    asset = client.settled_asset(answer.json()["id"])
    assert asset["status"] == "Failed"
    return asset["error"]["code"], asset["error"]["message"]


def test_sound_without_picture_has_no_video_stream(client: Client, tmp_path: Path) -> None:
    code, message = failure_of(client, make_audio_only(tmp_path / "a.mp4"))
    assert code == "NoVideoStream"
    assert "no video stream" in message


def test_picture_without_sound_has_no_audio_track(client: Client, tmp_path: Path) -> None:
    code, _ = failure_of(client, make_video_without_audio(tmp_path / "v.mp4"))
    assert code == "NoAudioTrack"


@pytest.mark.parametrize("make", [make_silent_video, make_tone_video])
def test_silence_and_music_are_no_speech(client: Client, tmp_path: Path, make) -> None:
    code, _ = failure_of(client, make(tmp_path / "v.mp4"))
    assert code == "NoSpeech"


def test_speech_outside_the_trim_does_not_count(client: Client, tmp_path: Path) -> None:
    video = make_talking_video(tmp_path / "v.mp4", seconds=6, text="Only at the start.")
    code, _ = failure_of(client, video, start_time=4)
    assert code == "NoSpeech"


@pytest.mark.parametrize("trim", [{"start_time": 9}, {"start_time": 1, "end_time": 60}])
def test_a_trim_beyond_the_end_is_out_of_range(client: Client, talking: Path, trim) -> None:
    code, message = failure_of(client, talking, **trim)
    assert code == "TrimOutOfRange"
    assert "3.0" in message


def test_a_text_is_invalid_input(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "v.mp4"
    file.write_text("This is no video.")
    assert failure_of(client, file)[0] == "InvalidInput"


def test_an_empty_file_is_invalid_input(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "v.mp4"
    file.touch()
    assert failure_of(client, file)[0] == "InvalidInput"


def test_a_video_cut_off_midway_is_invalid_input(client: Client, tmp_path: Path) -> None:
    video = make_talking_video(tmp_path / "v.mp4", seconds=8)
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    code, message = failure_of(client, video)
    assert code == "InvalidInput"
    assert "incomplete" in message


def test_a_playlist_that_names_other_files_is_not_followed(
    client: Client, tmp_path: Path, talking: Path
) -> None:
    playlist = tmp_path / "v.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXTINF:3,\nfile://{talking}\n#EXT-X-ENDLIST\n")
    assert failure_of(client, playlist)[0] == "InvalidInput"


def test_a_background_without_sound_is_invalid_input(
    client: Client, tmp_path: Path, talking: Path
) -> None:
    background = make_video_without_audio(tmp_path / "b.mp4")
    answer = client.upload(talking, new_asset(), background)
    asset = client.settled_asset(answer.json()["id"])
    assert asset["error"]["code"] == "InvalidInput"
    assert "background" in asset["error"]["message"]


def test_limits_of_the_account_fail_the_asset(tmp_path: Path, talking: Path) -> None:
    env = {"SANDBOX_MAX_DURATION_SECONDS": "2"}
    with run_sandbox(tmp_path / "data", env=env) as handle:
        client = Client(handle)
        assert failure_of(client, talking)[0] == "DurationLimitReached"
        answer = client.upload(talking, new_asset(end_time=1.5))
        assert client.settled_asset(answer.json()["id"])["status"] == "Ready"


def test_a_file_over_the_size_limit_fails_the_asset(
    tmp_path: Path, talking: Path, loopback: Loopback
) -> None:
    (loopback.folder / "v.mp4").write_bytes(talking.read_bytes())
    with run_sandbox(tmp_path / "data", env={"SANDBOX_MAX_BYTES": "5000"}) as handle:
        client = Client(handle)
        assert failure_of(client, talking)[0] == "FileSizeLimitExceeded"
        stored = [path.stat().st_size for path in (tmp_path / "data" / "media").iterdir()]
        assert stored == [5001]
        answer = client.post("/v1/assets/", new_asset(media_url=f"{loopback.url}/v.mp4"))
        asset = client.settled_asset(answer.json()["id"])
        assert asset["error"]["code"] == "FileSizeLimitExceeded"


@pytest.mark.parametrize(
    ("path", "says"), [("/missing.mp4", "404"), ("/short/v.mp4", "stopped after")]
)
def test_a_link_that_gives_no_file_is_invalid_input(
    client: Client, loopback: Loopback, talking: Path, path: str, says: str
) -> None:
    (loopback.folder / "v.mp4").write_bytes(talking.read_bytes())
    answer = client.post("/v1/assets/", new_asset(media_url=loopback.url + path))
    asset = client.settled_asset(answer.json()["id"])
    assert asset["error"]["code"] == "InvalidInput"
    assert says in asset["error"]["message"]


def test_a_link_to_a_closed_port_is_invalid_input(client: Client) -> None:
    answer = client.post("/v1/assets/", new_asset(media_url="http://127.0.0.1:1/v.mp4"))
    asset = client.settled_asset(answer.json()["id"])
    assert asset["error"]["code"] == "InvalidInput"
    assert "could not be fetched" in asset["error"]["message"]
