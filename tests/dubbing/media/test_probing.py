from __future__ import annotations

import random
import socket
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dubbing.media import MediaFacts, NotMediaError, probe_audio, probe_media
from tests.dubbing.media.files import blank_out, cut, make_tone, make_video, write
from tests.media import run_ffmpeg

MakeFile = Callable[[Path], Path]
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")
MPEG4 = ("-c:v", "mpeg4")


def test_facts_of_a_video_are_read(tmp_path: Path) -> None:
    facts = probe_media(make_video(tmp_path / "a.mp4", "-c:a", "aac"))
    assert facts == MediaFacts(
        duration=facts.duration,
        width=160,
        height=120,
        video_codec="h264",
        audio_codec="aac",
        audio_tracks=1,
        format="MP4/MOV",
    )
    assert Decimal("2.9") < facts.duration < Decimal("3.1")
    assert facts.duration.as_tuple().exponent == -3
    assert facts.has_video
    assert facts.has_audio


@pytest.mark.parametrize(
    ("name", "options", "codec", "container"),
    [
        ("a.mov", ("-movflags", "+faststart"), None, "MP4/MOV"),
        ("a.mp4", ("-movflags", "frag_keyframe+empty_moov"), None, "MP4/MOV"),
        ("a.mkv", (), None, "MKV/WebM"),
        ("live.mkv", ("-live", "1"), None, "MKV/WebM"),
        ("a.webm", (), VP8, "MKV/WebM"),
        ("a.avi", (), MPEG4, "AVI"),
        ("a.ts", (), None, "MPEG-TS"),
        ("a.mpg", (), ("-c:v", "mpeg1video", "-r", "25"), "MPEG-PS"),
        ("a.flv", (), None, "FLV"),
        ("a.wmv", (), ("-c:v", "wmv2"), "WMV"),
        ("a.mxf", ("-ar", "48000"), ("-c:v", "mpeg2video", "-r", "25"), "MXF"),
        ("no ending at all", ("-f", "mp4"), None, "MP4/MOV"),
    ],
)
def test_every_usual_container_is_read(
    tmp_path: Path,
    name: str,
    options: tuple[str, ...],
    codec: tuple[str, ...] | None,
    container: str,
) -> None:
    path = tmp_path / name
    video = make_video(path, *options, codec=codec) if codec else make_video(path, *options)
    facts = probe_media(video)
    assert facts.format == container
    assert (facts.width, facts.height, facts.audio_tracks) == (160, 120, 1)
    assert Decimal("2.8") < facts.duration < Decimal("3.3")


@pytest.mark.parametrize("name", ["-i.mp4", "a b.mp4", "50%d.mp4", "concat:x|y.mp4", "é ש.mp4"])
def test_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    assert probe_media(make_video(tmp_path / "made.mp4").rename(tmp_path / name)).has_video


def test_video_without_sound_is_a_video(tmp_path: Path) -> None:
    facts = probe_media(make_video(tmp_path / "a.mp4", "-an"))
    assert not facts.has_audio
    assert facts.audio_codec == ""


def test_every_audio_track_is_counted(tmp_path: Path) -> None:
    facts = probe_media(make_video(tmp_path / "a.mp4", "-map", "0", "-map", "1", "-map", "1"))
    assert facts.audio_tracks == 2


def test_video_filmed_upright_is_higher_than_wide(tmp_path: Path) -> None:
    lying = make_video(tmp_path / "lying.mp4")
    upright = tmp_path / "upright.mp4"
    run_ffmpeg("-display_rotation", "90", "-i", str(lying), "-c", "copy", str(upright))
    facts = probe_media(upright)
    assert (facts.width, facts.height) == (120, 160)


def test_rubbish_behind_a_film_is_passed_over(tmp_path: Path) -> None:
    video = make_video(tmp_path / "a.mp4")
    with video.open("ab") as file:
        file.write(b"\xff" * 5000)
    assert probe_media(video).has_video


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


def with_cover(path: Path) -> Path:
    cover = path.with_name("cover.png")
    run_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", "1", str(cover))
    sound = make_tone(path.with_name("sound.mp3"))
    cover_options = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic")
    run_ffmpeg("-i", str(sound), "-i", str(cover), *cover_options, str(path))
    return path


def with_huge_picture(path: Path) -> Path:
    video = make_video(path, codec=("-c:v", "rawvideo", "-pix_fmt", "yuv420p"), size="16x16")
    data = bytearray(video.read_bytes())
    sides = data.index(b"strf") + 12  # behind its name, its length and the structure's own
    data[sides : sides + 8] = (60_000).to_bytes(4, "little") * 2
    return write(video, bytes(data))


REFUSED: dict[str, tuple[str, MakeFile]] = {
    "missing": ("file_missing", lambda path: path),
    "folder": ("file_missing", make_folder),
    "empty": ("file_empty", lambda path: write(path, b"")),
    "text.mp4": ("not_a_video", lambda path: write(path, "I am a letter, not a film.\n" * 99)),
    "zeros.mp4": ("not_a_video", lambda path: write(path, bytes(100_000))),
    "noise.mp4": ("not_a_video", lambda path: write(path, random.Random(7).randbytes(100_000))),
    "page.mp4": ("not_a_video", lambda path: write(path, "<!doctype html><title>404</title>")),
    "a.srt": ("not_a_video", lambda path: write(path, "1\n00:00:01,000 --> 00:00:02,000\nx\n")),
    "a.m3u8": ("not_a_video", lambda path: write(path, "#EXTM3U\n#EXTINF:3,\nbeside.ts\n")),
    "a.ffconcat": ("not_a_video", lambda path: write(path, "ffconcat version 1.0\nfile beside.ts")),
    "a.sdp": (
        "not_a_video",
        lambda path: write(path, "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
    ),
    "a.mpd": ("not_a_video", lambda path: write(path, '<?xml version="1.0"?><MPD></MPD>')),
    "huge.avi": ("not_a_video", with_huge_picture),
    "sound.mp4": ("no_video_stream", lambda path: make_tone(path)),
    "sound.wav": ("no_video_stream", lambda path: make_tone(path)),
    "cover.mp3": ("no_video_stream", with_cover),
    "head.mp4": ("truncated", lambda path: cut(make_video(path), 0.001)),
    "index missing.mp4": ("truncated", lambda path: cut(make_video(path), 0.6)),
    "index first.mp4": (
        "truncated",
        lambda path: cut(make_video(path, "-movflags", "+faststart"), 0.6),
    ),
    "cut.mkv": ("truncated", lambda path: cut(make_video(path), 0.6)),
    "cut.webm": ("truncated", lambda path: cut(make_video(path, codec=VP8), 0.6)),
    "cut.avi": ("truncated", lambda path: cut(make_video(path, codec=MPEG4), 0.6)),
    "cut.flv": ("truncated", lambda path: cut(make_video(path, seconds=8), 0.5)),
    "blank end.mp4": (
        "truncated",
        lambda path: blank_out(make_video(path, "-movflags", "+faststart"), 0.7),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_video_is_refused_in_words(tmp_path: Path, name: str) -> None:
    code, make = REFUSED[name]
    make_video(tmp_path / "beside.ts", seconds=1)
    with pytest.raises(NotMediaError) as refusal:
        probe_media(make(tmp_path / name))
    assert refusal.value.code == code
    assert 20 < len(refusal.value.message) < 200
    assert str(tmp_path) not in refusal.value.message


def test_how_much_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotMediaError, match="stops midway: it should have .* bytes and has"):
        probe_media(cut(make_video(tmp_path / "a.mkv"), 0.5))
    with pytest.raises(NotMediaError, match=r"it says 8\.0 seconds and ends after [345]\."):
        probe_media(cut(make_video(tmp_path / "a.flv", seconds=8), 0.5))


def test_playlist_reaches_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        link = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        playlist = write(tmp_path / "a.mp4", f"#EXTM3U\n#EXTINF:3,\n{link}\n#EXT-X-ENDLIST\n")
        with pytest.raises(NotMediaError):
            probe_media(playlist)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    ("name", "container"),
    [("a.wav", "WAV"), ("a.mp3", "MP3"), ("a.m4a", "MP4/MOV"), ("a.flac", "FLAC"),
     ("a.ogg", "OGG"), ("a.aiff", "AIFF"), ("a.aac", "AAC")],
)  # fmt: skip
def test_background_track_is_read(tmp_path: Path, name: str, container: str) -> None:
    facts = probe_audio(make_tone(tmp_path / name))
    assert facts.format == container
    assert Decimal("2.8") < facts.duration < Decimal("3.2")
    assert (facts.has_video, facts.audio_tracks) == (False, 1)


def test_background_track_may_have_a_picture(tmp_path: Path) -> None:
    assert probe_audio(make_video(tmp_path / "a.mp4")).has_audio


@pytest.mark.parametrize(
    ("name", "code", "make"),
    [
        ("text.mp3", "not_audio", lambda path: write(path, "la la la\n" * 99)),
        ("mute.mp4", "no_audio_stream", lambda path: make_video(path, "-an")),
        ("cut.wav", "truncated", lambda path: cut(make_tone(path), 0.5)),
        ("empty.wav", "file_empty", lambda path: write(path, b"")),
    ],
)
def test_what_is_no_track_is_refused(tmp_path: Path, name: str, code: str, make: MakeFile) -> None:
    with pytest.raises(NotMediaError) as refusal:
        probe_audio(make(tmp_path / name))
    assert refusal.value.code == code
