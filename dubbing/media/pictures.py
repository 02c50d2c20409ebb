"""Runs in the worker: one picture of a video as a small JPEG."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from dubbing.media.facts import NotMediaError
from dubbing.media.reading import moving_picture, opened, pictures

WIDTH_PIXELS = 640
MICROSECONDS = 1_000_000
# Shares of the length, tried in turn until a picture shows something.
PLACES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(4, 5), Fraction(0))
# Of 0 to 255: titles on black pass, fades and black frames do not.
SHOWS_SOMETHING = 24
PACKETS_PER_PLACE = 400
# Counter-clockwise degrees → filters that show the picture upright.
TURNS = {
    90: (("transpose", "cclock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "clock"),),
}


def poster_of(path: Path, *, at: Decimal | None) -> bytes:
    """JPEG bytes. Raises NotMediaError if there is no picture."""
    with opened(path) as container:
        video = moving_picture(container)
        picture = _picture_at(container, video, at) if at is not None else None
        return as_jpeg(_small(picture or _telling_picture(container, video)))


def _picture_at(container: InputContainer, video: VideoStream, at: Decimal) -> VideoFrame | None:
    """The one shown at that moment, or the nearest before it that is within reach."""
    go_to(container, int(at * MICROSECONDS))
    moment = float(at) + (container.start_time or 0) / MICROSECONDS
    shown: VideoFrame | None = None
    for picture in pictures(container, video, packets=PACKETS_PER_PLACE):
        if shown is not None and (picture.time or 0) > moment:
            break
        shown = picture
    return shown


def _telling_picture(container: InputContainer, video: VideoStream) -> VideoFrame:
    brightest: VideoFrame | None = None
    for place in PLACES:
        go_to(container, int((container.duration or 0) * place))
        picture = next(pictures(container, video, packets=PACKETS_PER_PLACE), None)
        if picture is None:
            continue
        if _brightness(picture) >= SHOWS_SOMETHING:
            return picture
        if brightest is None or _brightness(picture) > _brightness(brightest):
            brightest = picture
    if brightest is None:
        raise NotMediaError("None of its pictures can be decoded.", "not_a_video")
    return brightest


def go_to(container: InputContainer, microseconds: int) -> None:
    with contextlib.suppress(av.FFmpegError):  # then we take what comes next
        container.seek((container.start_time or 0) + microseconds)


def _brightness(picture: VideoFrame) -> float:
    pixels = bytes(scaled(picture, 64, 36, "gray").planes[0])
    return sum(pixels) / len(pixels)


def scaled(picture: VideoFrame, width: int, height: int, colours: str) -> VideoFrame:
    # By itself it starts a thread per processor, whose stacks alone may pass the memory limit.
    return picture.reformat(width=width, height=height, format=colours, threads=1)


def _small(picture: VideoFrame) -> VideoFrame:
    width = min(WIDTH_PIXELS, picture.width)
    height = max(2, round(picture.height * width / picture.width))
    # Even sides: the format keeps one colour for two pixels.
    small = scaled(picture, width & ~1 or 2, height & ~1, "yuvj420p")
    return upright(small, picture.rotation)


def upright(small: VideoFrame, degrees: int) -> VideoFrame:
    turns = TURNS.get(degrees % 360)
    if turns is None:
        return small
    graph = Graph()
    graph.threads = 1
    chain = [
        graph.add_buffer(
            width=small.width,
            height=small.height,
            format=small.format,
            time_base=Fraction(1, MICROSECONDS),
        ),
        *(graph.add(name, arguments or None) for name, arguments in turns),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*chain).configure()
    graph.vpush(small)
    return graph.vpull()


def as_jpeg(picture: VideoFrame) -> bytes:
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = picture.width, picture.height
    encoder.pix_fmt = picture.format.name
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"qmin": "2", "qmax": "4"}
    encoder.thread_count = 1
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
