"""Runs in the worker: small pictures from all over a video, side by side in one JPEG."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from dubbing.media.facts import NotMediaError
from dubbing.media.pictures import as_jpeg, go_to, scaled, upright
from dubbing.media.reading import moving_picture, opened, pictures

WIDTH_PIXELS = 160
TALLEST_PIXELS = 284
PACKETS_PER_PLACE = 200
MICROSECONDS = 1_000_000


def strip_of(path: Path, *, count: int) -> bytes:
    """JPEG bytes of `count` pictures in one row, each from the middle of its part of the video.

    Where one cannot be decoded the one before it stands. Raises NotMediaError without any.
    """
    with opened(path) as container:
        video = moving_picture(container)
        shown: list[VideoFrame] = []
        for picture in _pictures_of_parts(container, video, count):
            small = picture and _small(picture, like=shown[0] if shown else None)
            if small or shown:
                shown.append(small or shown[-1])
        if not shown:
            raise NotMediaError("None of its pictures can be decoded.", "not_a_video")
        return as_jpeg(_side_by_side([shown[0]] * (count - len(shown)) + shown))


def _pictures_of_parts(
    container: InputContainer, video: VideoStream, count: int
) -> Iterator[VideoFrame | None]:
    for part in range(count):
        go_to(container, int((container.duration or 0) * Fraction(2 * part + 1, 2 * count)))
        yield next(pictures(container, video, packets=PACKETS_PER_PLACE), None)


def _small(picture: VideoFrame, *, like: VideoFrame | None) -> VideoFrame:
    """Upright and of one size, which the first of them decides."""
    if like is not None:
        turned = upright(scaled(picture, WIDTH_PIXELS, WIDTH_PIXELS, "yuvj420p"), picture.rotation)
        return scaled(turned, like.width, like.height, "yuvj420p")
    width, height = picture.width, picture.height
    if picture.rotation % 180:
        width, height = height, width
    tall = min(TALLEST_PIXELS, round(WIDTH_PIXELS * height / width)) & ~1 or 2
    small = scaled(picture, WIDTH_PIXELS, WIDTH_PIXELS, "yuvj420p")
    return scaled(upright(small, picture.rotation), WIDTH_PIXELS, tall, "yuvj420p")


def _side_by_side(shown: list[VideoFrame]) -> VideoFrame:
    first = shown[0]
    graph = Graph()
    graph.threads = 1
    chain = [
        graph.add_buffer(
            width=first.width,
            height=first.height,
            format=first.format,
            time_base=Fraction(1, MICROSECONDS),
        ),
        graph.add("tile", f"{len(shown)}x1"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*chain).configure()
    for moment, picture in enumerate(shown):
        picture.pts = moment
        graph.vpush(picture)
    return graph.vpull()
