"""Makes a video in which somebody talks, to try things with. Run as a media subprocess."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.media.ffmpeg import run_ffmpeg
from sandbox.media.narration import passages_within, record
from sandbox.media.synthesizer import Synthesizer
from sandbox.media.voices import VOICES
from sandbox.media.worker import run_task
from sandbox.srt import parse_srt


@dataclass(frozen=True)
class VideoOrder:
    target: str
    seconds: float
    width: int
    height: int
    frames_per_second: int
    locale: str
    srt: str


def make_talking_video(request: dict[str, Any]) -> None:
    order = VideoOrder(**request)
    synthesizer = Synthesizer()
    if not synthesizer.choose(VOICES[order.locale]):
        raise ValueError(f"no voice for {order.locale}")
    with tempfile.TemporaryDirectory(dir=Path(order.target).parent) as folder:
        voice = Path(folder) / "voice.wav"
        passages = passages_within(parse_srt(order.srt), 0.0, order.seconds)
        record(synthesizer, passages, order.seconds, voice)
        run_ffmpeg(_arguments(order, voice))


def _arguments(order: VideoOrder, voice: Path) -> list[str]:
    picture = (
        f"testsrc2=size={order.width}x{order.height}:rate={order.frames_per_second},"
        "hue=h='20*t':s=0.5"
    )
    # A quiet chord beneath the voice shows what ducking and background tracks do.
    chord = "0.03*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))"
    sound = "[1:a]volume=1.4[voice];[2:a][voice]amix=inputs=2:duration=shortest:normalize=0"
    return [
        *("-f", "lavfi", "-i", picture, "-i", f"file:{voice}"),
        *("-f", "lavfi", "-i", f"aevalsrc={chord}:s=44100"),
        *("-filter_complex", f"{sound}[sound]", "-map", "0:v", "-map", "[sound]"),
        *("-t", f"{order.seconds:.3f}", "-threads", "2", "-c:v", "libx264"),
        *("-preset", "ultrafast", "-crf", "30", "-pix_fmt", "yuv420p", "-c:a", "aac"),
        *("-ac", "1", "-movflags", "+faststart", "-f", "mp4", f"file:{order.target}"),
    ]


if __name__ == "__main__":
    run_task(make_talking_video)
