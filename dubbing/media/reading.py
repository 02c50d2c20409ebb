"""Runs in the worker: open a file by allow-list and read its facts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from dubbing.media.endings import complete_duration, stopped_midway
from dubbing.media.facts import FORMATS, MediaFacts, NotMediaError
from dubbing.media.structure import missing_part

READER_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(FORMATS)}
# Beyond the first MiB there may be a hole, which says nothing.
HOLED_OPTIONS = READER_OPTIONS | {"probesize": str(1 << 20)}
MAX_SURELY_DECODABLE_PIXELS = 4096 * 2304
PACKETS_BEFORE_A_PICTURE = 600
PACKETS_OF_A_HEAD = 20
MICROSECONDS = 1_000_000
MILLISECOND = Decimal("0.001")
MAX_PIXELS = 16384 * 8640


@contextlib.contextmanager
def opened(path: Path, *, wanted: str = "video") -> Iterator[InputContainer]:
    """The container, if it is one we read and all there. Raises NotMediaError otherwise."""
    missing = missing_part(path)
    if missing:
        raise stopped_midway(missing)
    with _opened(path, wanted, READER_OPTIONS) as container:
        yield container


@contextlib.contextmanager
def _opened(path: Path, wanted: str, options: dict[str, str]) -> Iterator[InputContainer]:
    try:
        # The protocol is spelled out, so that no name can be taken for another one.
        container = av.open(f"file:{path}", container_options=options, metadata_errors="replace")
    except MemoryError:
        raise
    except av.FFmpegError:
        raise unreadable(wanted) from None
    with container:
        yield container


def unreadable(wanted: str) -> NotMediaError:
    if wanted == "audio":
        return NotMediaError(
            "This is not an audio file we can read. Give WAV, MP3, M4A, FLAC or OGG.", "not_audio"
        )
    return NotMediaError(
        "This is not a video we can read. Give MP4, MOV, MKV, WebM, AVI, MXF or MPEG-TS.",
        "not_a_video",
    )


def read_video_facts(path: Path) -> MediaFacts:
    with opened(path) as container:
        video = moving_picture(container)
        width, height = video.width, video.height
        if is_sideways(container, video):
            width, height = height, width
        duration = complete_duration(container)
        return _facts(container, duration, width=width, height=height, codec=_codec(video))


def read_head_facts(path: Path) -> MediaFacts:
    """Of a file that has holes: what its headers announce, which nothing here can prove.

    A duration of 0 stands for one that is not announced.
    """
    with _opened(path, "video", HOLED_OPTIONS) as container:
        video = moving_picture(container)
        width, height = video.width, video.height
        with contextlib.suppress(NotMediaError):
            if is_sideways(container, video, packets=PACKETS_OF_A_HEAD):
                width, height = height, width
        duration = _announced(container)
        return _facts(container, duration, width=width, height=height, codec=_codec(video))


def read_audio_head_facts(path: Path) -> MediaFacts:
    """The same of a file of which only the sound is wanted."""
    with _opened(path, "audio", HOLED_OPTIONS) as container:
        _require_sound(container)
        return _facts(container, _announced(container))


def _announced(container: InputContainer) -> Decimal:
    seconds = Decimal(max(0, container.duration or 0)) / MICROSECONDS
    return seconds.quantize(MILLISECOND, rounding=ROUND_FLOOR)


def _require_sound(container: InputContainer) -> None:
    if not container.streams.audio:
        raise NotMediaError(
            "The file has no sound. Give one with music and effects.", "no_audio_stream"
        )


def read_audio_facts(path: Path) -> MediaFacts:
    with opened(path, wanted="audio") as container:
        _require_sound(container)
        return _facts(container, complete_duration(container))


def _facts(
    container: InputContainer,
    duration: Decimal,
    *,
    width: int = 0,
    height: int = 0,
    codec: str = "",
) -> MediaFacts:
    tracks = container.streams.audio
    return MediaFacts(
        duration=duration,
        width=width,
        height=height,
        video_codec=codec,
        audio_codec=_codec(tracks[0]) if tracks else "",
        audio_tracks=len(tracks),
        format=FORMATS[container.format.name.partition(",")[0]],
    )


def _codec(stream: Stream) -> str:
    # Without a decoder of its own a stream has no context.
    context = stream.codec_context
    return context.name if context is not None else "unknown"


def moving_picture(container: InputContainer) -> VideoStream:
    """The first video stream that is no cover picture."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return _decodable(stream)
    raise NotMediaError(
        "The file has no video in it, only sound or data. Give the video itself.",
        "no_video_stream",
    )


def _decodable(video: VideoStream) -> VideoStream:
    # Without a decoder of its own a stream has no context.
    if video.codec_context is None:
        raise NotMediaError(
            "Its pictures are in a form we cannot read. Export it as H.264 and try again.",
            "not_a_video",
        )
    if not 0 < video.width * video.height <= MAX_PIXELS:
        raise NotMediaError(
            f"Its picture claims to be {video.width} × {video.height} pixels, which no video is.",
            "not_a_video",
        )
    video.codec_context.thread_count = 1  # each thread would keep its own pictures in memory
    return video


def is_sideways(
    container: InputContainer, video: VideoStream, *, packets: int = PACKETS_BEFORE_A_PICTURE
) -> bool:
    """Whether players turn it by a quarter. Raises NotMediaError if no picture can be decoded."""
    with contextlib.suppress(MemoryError):
        for picture in pictures(container, video, packets=packets):
            return picture.rotation % 180 != 0
    # Our memory may be too small for it (8K in ten bits), for which some decoders blame the file.
    if video.width * video.height > MAX_SURELY_DECODABLE_PIXELS:
        return False
    raise NotMediaError(
        "None of its pictures can be decoded. Export it anew as MP4 and try again.", "not_a_video"
    )


def pictures(
    container: InputContainer, video: VideoStream, *, packets: int
) -> Iterator[VideoFrame]:
    """What can be decoded from the present position on; damaged packets are passed over."""
    for packet in islice(container.demux(video), packets):
        try:
            yield from packet.decode()
        except MemoryError:
            raise
        except av.FFmpegError:
            continue
