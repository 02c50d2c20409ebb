"""Bad media, made on the spot: name → the verdict and how to make the file.

`decoy` is a real video in the same folder and `port` a listening one: no file may lead there.
"""

from __future__ import annotations

import random
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.dubbing.media.files import make_video
from tests.media import run_ffmpeg

FINE = ""


@dataclass(frozen=True)
class Place:
    """Where a case is made. `port`: a trap on loopback."""

    path: Path
    decoy: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/a.ts"


Make = Callable[[Place], bytes]


@lru_cache(maxsize=16)
def video(ending: str, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        codec = {"avi": ("-c:v", "mpeg4"), "webm": ("-c:v", "libvpx", "-c:a", "libopus")}
        chosen = codec.get(ending)
        made = make_video(path, *options, codec=chosen) if chosen else make_video(path, *options)
        return made.read_bytes()


def flat_picture(ending: str, *options: str, size: str = "64x64") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        run_ffmpeg("-f", "lavfi", "-i", f"color=red:s={size}:d=0.1:r=10", *options, str(path))
        return path.read_bytes()


# --- MP4, taken apart and put together ---------------------------------------------------------

PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf"}


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        found.append((data[place + 4 : place + 8], data[place + 8 : place + size]))
        place += size
    return found


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def changed(data: bytes, wanted: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The MP4 with the content of every box of that kind changed. Its index must lie behind."""
    parts = []
    for kind, content in boxes(data):
        if kind == wanted:
            content = change(content)
        elif kind in PARENTS:
            content = changed(content, wanted, change)
        parts.append(box(kind, content))
    return b"".join(parts)


def mp4(wanted: bytes, change: Callable[[bytes], bytes]) -> Make:
    return lambda place: changed(video("mp4"), wanted, change)


def at(place: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content[:place] + value + content[place + len(value) :]


def elsewhere(link: str) -> Callable[[bytes], bytes]:
    """A data reference that says: the pictures lie over there."""
    entry = box(b"url ", b"\x00\x00\x00\x00" + link.encode() + b"\x00")
    return lambda _: b"\x00\x00\x00\x00\x00\x00\x00\x01" + entry


def nested(kind: bytes, depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = box(kind, data)
    return data


def long_lasting(data: bytes) -> bytes:
    """An MP4 that claims to last for weeks wherever it can."""
    for kind, place in ((b"mvhd", 16), (b"mdhd", 16), (b"tkhd", 20)):
        data = changed(data, kind, at(place, b"\x7f\xff\xff\xff"))
    return data


def long_lasting_mkv(data: bytes) -> bytes:
    place = data.index(b"\x44\x89\x88") + 3
    return data[:place] + struct.pack(">d", 1e15) + data[place + 8 :]


# --- Matroska and AVI by hand ------------------------------------------------------------------


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (1 << 56 | len(content)).to_bytes(8, "big") + content


EBML = element("1A45DFA3", element("4282", b"matroska"))


def many_tracks(count: int) -> bytes:
    track = element("AE", element("D7", b"\x01") + element("83", b"\x01") + element("86", b"V_VP8"))
    return EBML + element("18538067", element("1654AE6B", track * count))


def absurd_element() -> bytes:
    huge = bytes.fromhex("1549A966") + b"\x01" + b"\x00\xff\xff\xff\xff\xff\xff"
    return EBML + bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7 + huge


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\x00" * (len(content) % 2)


def riff_list(name: bytes, *chunks: bytes) -> bytes:
    return chunk(b"LIST", name + b"".join(chunks))


def playlist_in_avi(place: Place) -> bytes:
    """A subtitle track that is a playlist: the trick that once read files of whoever opened it."""
    playlist = f"#EXTM3U\n#EXTINF:1,\n{place.url}\n#EXTINF:1,\nfile:{place.decoy}\n".encode()
    subtitle = b"GAB2\x00\x02\x00" + struct.pack("<I", 2) + b"a\x00" + b"\x04\x00"
    subtitle += struct.pack("<I", len(playlist)) + playlist
    head = struct.pack("<14I", 100_000, 0, 0, 0, 1, 0, 2, 0, 16, 16, 0, 0, 0, 0)
    video_head = b"vidsDIB " + struct.pack("<11I4H", 0, 0, 0, 1, 10, 0, 1, 0, 0, 0, 0, 0, 0, 16, 16)
    format_ = struct.pack("<IiiHHIIiiII", 40, 16, 16, 1, 24, 0, 768, 0, 0, 0, 0)
    text_head = b"txts" + bytes(4) + struct.pack("<11I4H", 0, 0, 0, 1, 10, 0, 1, *[0] * 8)
    streams = (
        riff_list(b"strl", chunk(b"strh", video_head), chunk(b"strf", format_)),
        riff_list(b"strl", chunk(b"strh", text_head), chunk(b"strf", b"")),
    )
    frames = riff_list(b"movi", chunk(b"01tx", subtitle), chunk(b"00db", bytes([90]) * 768))
    body = b"AVI " + riff_list(b"hdrl", chunk(b"avih", head), *streams) + frames
    return chunk(b"RIFF", body)


def hls(*lines: str) -> bytes:
    return "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:9", *lines, "#EXT-X-ENDLIST", ""]).encode()


def sdp(place: Place) -> bytes:
    return (
        f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=video {place.port} RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    ).encode()


def share(ending: str, part: float, *options: str) -> Make:
    def make(place: Place) -> bytes:
        data = video(ending, *options)
        return data[: int(len(data) * part)]

    return make


def text(words: str) -> Make:
    return lambda place: words.encode()


FAST = ("-movflags", "+faststart")
MAX = b"\xff\xff\xff\xff"

# Name of the file → what probing says (FINE: facts, and nothing else happens) → how it is made.
CORPUS: dict[str, tuple[str, Make]] = {
    # Lists of other files and addresses.
    "local.m3u8": ("not_a_video", lambda p: hls("#EXTINF:1,", f"file:{p.decoy}")),
    "beside.m3u8": ("not_a_video", lambda p: hls("#EXTINF:1,", p.decoy.name)),
    "remote.m3u8": ("not_a_video", lambda p: hls("#EXTINF:1,", p.url)),
    "list.mp4": ("not_a_video", lambda p: hls("#EXTINF:1,", p.url)),
    "key.m3u8": (
        "not_a_video",
        lambda p: hls(f'#EXT-X-KEY:METHOD=AES-128,URI="file:{p.decoy}"', "#EXTINF:1,", p.url),
    ),
    "data.m3u8": ("not_a_video", lambda p: hls("#EXTINF:1,", "data:video/mp4;base64,AAAA")),
    "concat.m3u8": ("not_a_video", lambda p: hls("#EXTINF:1,", f"concat:{p.decoy}|{p.decoy}")),
    "a.ffconcat": (
        "not_a_video",
        lambda p: f"ffconcat version 1.0\nfile '{p.decoy}'\n".encode(),
    ),
    "concat.mkv": ("not_a_video", lambda p: f"ffconcat version 1.0\nfile {p.url}\n".encode()),
    "data.mp4": ("not_a_video", text("data:video/mp4;base64,AAAAIGZ0eXBpc29t")),
    "a.sdp": ("not_a_video", sdp),
    "sdp.mp4": ("not_a_video", sdp),
    "a.mpd": (
        "not_a_video",
        lambda p: f'<?xml version="1.0"?><MPD><BaseURL>{p.url}</BaseURL></MPD>'.encode(),
    ),
    "a.pls": ("not_a_video", lambda p: f"[playlist]\nFile1={p.url}\nNumberOfEntries=1\n".encode()),
    "a.asx": ("not_a_video", lambda p: f'<asx><entry><ref href="{p.url}"/></entry></asx>'.encode()),
    "ref.asf": ("not_a_video", lambda p: f"[Reference]\nRef1={p.url}\n".encode()),
    "playlist in.avi": (FINE, playlist_in_avi),
    "pictures elsewhere.mp4": (
        FINE,
        lambda p: changed(video("mp4"), b"dref", elsewhere(f"file://{p.decoy}")),
    ),
    "pictures remote.mp4": (
        FINE,
        lambda p: changed(video("mp4"), b"dref", elsewhere(p.url)),
    ),
    # Absurd figures.
    "duration.mp4": (FINE, lambda p: long_lasting(video("mp4"))),  # the samples tell better
    "duration.mkv": ("truncated", lambda p: long_lasting_mkv(video("mkv"))),
    "timescale.mp4": (FINE, mp4(b"mvhd", at(12, bytes(4)))),
    "dimensions.mp4": (FINE, mp4(b"tkhd", at(76, MAX * 2))),
    "samples.mp4": ("not_a_video", mp4(b"stsz", at(8, MAX))),
    "moments.mp4": ("too_long_to_probe", mp4(b"stts", at(4, MAX))),
    "places.mp4": ("not_a_video", mp4(b"stco", lambda c: c[:8] + MAX * ((len(c) - 8) // 4))),
    "nested.mp4": (
        "not_a_video",
        lambda p: box(b"ftyp", b"isom" + bytes(4)) + nested(b"moov", 20_000),
    ),
    "2000 tracks.mkv": ("not_a_video", lambda p: many_tracks(2000)),
    "absurd element.mkv": ("not_a_video", lambda p: absurd_element()),
    "huge picture.mp4": (
        FINE,
        lambda p: flat_picture("mp4", "-c:v", "libx264", "-preset", "ultrafast", size="8192x8192"),
    ),
    "riff.wav": ("not_a_video", lambda p: b"RIFF" + MAX + b"WAVEfmt " + MAX + bytes(64)),
    # Not all there.
    "zero bytes.mp4": ("file_empty", text("")),
    "one byte.mp4": ("not_a_video", text("x")),
    "only ftyp.mp4": ("truncated", lambda p: box(b"ftyp", b"isomiso2mp41" + bytes(4))),
    "head.mp4": ("truncated", share("mp4", 0.02)),
    "cut.mp4": ("truncated", share("mp4", 0.6)),
    "cut fast.mp4": ("truncated", share("mp4", 0.6, *FAST)),
    "cut.mkv": ("truncated", share("mkv", 0.6)),
    "cut.avi": ("truncated", share("avi", 0.6)),
    "cut.ts": (FINE, share("ts", 0.6)),
    "zeros.mp4": ("not_a_video", lambda p: bytes(1 << 20)),
    "noise.mp4": ("not_a_video", lambda p: random.Random(5).randbytes(1 << 20)),
    # Something else, or several things at once.
    "mkv called.mp4": (FINE, lambda p: video("mkv")),
    "mp4 called.txt": (FINE, lambda p: video("mp4")),
    "zip behind.mp4": (FINE, lambda p: video("mp4") + b"PK\x03\x04" + bytes(500)),
    "page before.mp4": ("not_a_video", lambda p: b"<html></html>" + video("mp4")),
    "playlist behind.mp4": (FINE, lambda p: video("mp4") + hls("#EXTINF:1,", p.url)),
    "picture.mp4": ("not_a_video", lambda p: flat_picture("png", "-frames:v", "1")),
    "photo.mp4": ("not_a_video", lambda p: flat_picture("jpg", "-frames:v", "1")),
    "moving.gif": ("not_a_video", lambda p: flat_picture("gif")),
    "img%03d.png": ("not_a_video", lambda p: flat_picture("png", "-frames:v", "1")),
    "drawing.svg": (
        "not_a_video",
        lambda p: f'<svg><image href="file:{p.decoy}"/></svg>'.encode(),
    ),
    "a.pdf": ("not_a_video", text("%PDF-1.7\n")),
    "a.zip": ("not_a_video", lambda p: b"PK\x03\x04" + bytes(500)),
    "program.mp4": ("not_a_video", lambda p: b"\x7fELF" + bytes(500)),
    "a.srt": ("not_a_video", text("1\n00:00:01,000 --> 00:00:02,000\nx\n")),
    "http: name.mp4": (FINE, lambda p: video("mp4")),
}
# Followed by a hole, up to HOLE_BYTES.
SPARSE: dict[str, tuple[str, Make]] = {
    "hole.mp4": ("not_a_video", text("")),
    "hole behind.mp4": (FINE, lambda p: video("mp4", *FAST)),
    "hole behind.ts": (FINE, lambda p: video("ts")),
    "hole for pictures.mp4": (
        "not_a_video",
        lambda p: (
            b"".join(
                box(kind, content)
                for kind, content in boxes(video("mp4", *FAST))
                if kind != b"mdat"
            )
            + b"\x00\x00\x00\x01mdat"
            + (7 << 30).to_bytes(8, "big")
        ),
    ),
}
HOLE_BYTES = 8 << 30
