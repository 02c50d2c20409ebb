"""What a file's first bytes let through: all that can be probed, and little else."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from edge.media_marks import HEAD_BYTES, MXF_MARK, may_be_media
from tests.media import make_tone_video, run_ffmpeg

CONTAINERS = {
    "mp4": [],
    "mov": [],
    "mkv": [],
    "webm": ["-c:v", "libvpx", "-b:v", "100k", "-c:a", "libvorbis"],
    "avi": ["-c:v", "mpeg4", "-c:a", "mp3"],
    "ts": [],
    "m2ts": ["-f", "mpegts", "-mpegts_m2ts_mode", "1"],
    "mpg": ["-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2"],
    "flv": ["-c:v", "flv1", "-c:a", "mp3"],
    "wmv": ["-c:v", "wmv2", "-c:a", "wmav2"],
    "ogg": ["-vn", "-c:a", "libvorbis"],
    "mxf": ["-c:v", "mpeg2video", "-r", "25", "-c:a", "pcm_s16le", "-ar", "48000"],
    "wav": ["-vn"],
    "mp3": ["-vn", "-write_id3v2", "0"],
    "aac": ["-vn", "-f", "adts"],
    "flac": ["-vn"],
    "aiff": ["-vn"],
    "m4a": ["-vn"],
}
NEVER = {
    "nothing": b"",
    "a text": b"Dear colleague, here is the video you asked for.\n" * 40,
    "a playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "a concat list": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "an SDP": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "a page": b"<!doctype html><html><body>404</body></html>",
    "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100),
    "a GIF": b"GIF89a" + bytes(100),
    "a WebP": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "a HEIC": b"\x00\x00\x00\x18ftypheic" + bytes(100),
    "a PDF": b"%PDF-1.7\n",
    "a ZIP": b"PK\x03\x04" + bytes(100),
    "a program": b"\x7fELF" + bytes(100),
    "zeros": bytes(HEAD_BYTES),
    "a DASH manifest": b'<?xml version="1.0"?><MPD></MPD>',
    "subtitles": b"1\n00:00:01,000 --> 00:00:02,000\nHello\n",
}


@pytest.mark.parametrize("ending", CONTAINERS)
def test_every_format_that_is_probed_passes(tmp_path: Path, ending: str) -> None:
    source = make_tone_video(tmp_path / "source.mp4", seconds=1)
    path = tmp_path / f"film.{ending}"
    run_ffmpeg("-i", str(source), *CONTAINERS[ending], str(path))
    assert may_be_media(path.read_bytes()[:HEAD_BYTES])


@pytest.mark.parametrize("what", NEVER)
def test_other_things_do_not_pass(what: str) -> None:
    assert not may_be_media(NEVER[what])


def test_recording_that_begins_in_the_middle_of_a_packet_passes(tmp_path: Path) -> None:
    source = make_tone_video(tmp_path / "source.mp4", seconds=1)
    run_ffmpeg("-i", str(source), str(tmp_path / "film.ts"))
    assert may_be_media((tmp_path / "film.ts").read_bytes()[77:HEAD_BYTES])


def test_mxf_may_have_a_run_in() -> None:
    assert may_be_media(bytes(60_000) + MXF_MARK + bytes(100))
    assert not may_be_media(bytes(70_000) + MXF_MARK)


def test_noise_hardly_ever_passes() -> None:
    chance = random.Random(1)
    passed = sum(may_be_media(chance.randbytes(2000)) for _ in range(2000))
    assert passed < 30  # two bytes of MP3 or AAC may well come up by chance


@pytest.mark.parametrize("length", range(0, 200, 7))
def test_any_length_is_looked_at_without_a_fault(length: int) -> None:
    chance = random.Random(length)
    for head in (b"", b"RIFF", b"FORM", b"\xff", b"\xff\xfb", struct.pack(">I", 8) + b"ftyp"):
        may_be_media((head + chance.randbytes(length))[:length])
