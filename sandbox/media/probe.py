"""Looks at a video and refuses what cannot be dubbed. Run as a media subprocess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from sandbox.errors import MediaRefusedError
from sandbox.media.formats import MEDIA_FORMATS
from sandbox.media.speech import contains_speech
from sandbox.media.worker import run_task
from sandbox.states import FailureCode

# Players and containers disagree by a frame or two on where a video ends.
END_TOLERANCE_SECONDS = 0.1
_MICROSECONDS = 1_000_000


def probe(request: dict[str, Any]) -> dict[str, Any]:
    """Duration in seconds, width and height as shown. Raises MediaRefusedError."""
    if request["what"] == "background":
        return _probe_background(Path(request["path"]))
    path = Path(request["path"])
    with open_media(path) as container:
        video = _video_stream(container)
        if not container.streams.audio:
            raise MediaRefusedError(
                FailureCode.NO_AUDIO_TRACK, "the video has no audio track, so nothing to dub"
            )
        width, height = _shown_size(container, video)
    duration = _duration(path)
    start, end = _trim(request, duration)
    if end - start > request["max_duration"]:
        raise MediaRefusedError(
            FailureCode.DURATION_LIMIT_REACHED,
            f"{end - start:.1f} s are to be dubbed, the account's limit is "
            f"{request['max_duration']:g} s",
        )
    with open_media(path) as container:
        if not contains_speech(container, start, end):
            raise MediaRefusedError(
                FailureCode.NO_SPEECH, "no spoken words were found in the part to be dubbed"
            )
    return {"duration": duration, "width": width, "height": height}


def open_media(path: Path) -> InputContainer:
    options = {"protocol_whitelist": "file", "format_whitelist": MEDIA_FORMATS}
    try:
        return av.open(str(path), options=options)
    except (FFmpegError, ValueError):
        raise MediaRefusedError(
            FailureCode.INVALID_INPUT, "the file is no video or audio that can be read"
        ) from None


def _probe_background(path: Path) -> dict[str, Any]:
    with open_media(path) as container:
        if not container.streams.audio:
            raise MediaRefusedError(
                FailureCode.INVALID_INPUT, "the background track has no audio in it"
            )
    return {"duration": _duration(path)}


def _video_stream(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        # A cover picture of a song is a video stream to the container.
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise MediaRefusedError(FailureCode.NO_VIDEO_STREAM, "the file has no video stream")


def _shown_size(container: InputContainer, video: VideoStream) -> tuple[int, int]:
    try:
        frame = next(container.decode(video))
    except (FFmpegError, StopIteration):
        raise MediaRefusedError(
            FailureCode.INVALID_INPUT, "not one picture of the video can be decoded"
        ) from None
    width, height = frame.width, frame.height
    ratio = video.sample_aspect_ratio
    if ratio:
        width = round(width * ratio)
    return (height, width) if abs(frame.rotation) == 90 else (width, height)


def _duration(path: Path) -> float:
    """The container's word, held against the data: an upload cut off midway is refused."""
    with open_media(path) as container:
        claimed = (container.duration or 0) / _MICROSECONDS
        found = _last_timestamp(container) - (container.start_time or 0) / _MICROSECONDS
    if claimed - found > max(1.0, 0.05 * claimed):
        raise MediaRefusedError(
            FailureCode.INVALID_INPUT,
            f"the file stops at {max(found, 0):.1f} s of {claimed:.1f} s: it is incomplete",
        )
    duration = claimed or found
    if duration <= 0:
        raise MediaRefusedError(FailureCode.INVALID_INPUT, "the file lasts no time at all")
    return round(duration, 3)


def _last_timestamp(container: InputContainer) -> float:
    last = 0.0
    try:
        for packet in container.demux():
            stamp = packet.pts if packet.pts is not None else packet.dts
            if stamp is not None and packet.time_base is not None:
                last = max(last, float((stamp + (packet.duration or 0)) * packet.time_base))
    except (FFmpegError, EOFError):
        return last
    return last


def _trim(request: dict[str, Any], duration: float) -> tuple[float, float]:
    start, end = request["start"] or 0.0, request["end"]
    wrong = "start" if start >= duration else None
    if end is not None and end > duration + END_TOLERANCE_SECONDS:
        wrong = "end"
    if wrong:
        raise MediaRefusedError(
            FailureCode.TRIM_OUT_OF_RANGE,
            f"the {wrong} of the trim lies outside the video, which lasts {duration:.3f} s",
        )
    return start, min(duration, end) if end is not None else duration


if __name__ == "__main__":
    run_task(probe)
