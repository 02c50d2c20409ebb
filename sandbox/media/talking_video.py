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
    # A quiet chord beneath the voice shows what ducking and background tracks do.
    chord = "0.03*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))"
    sound = "[1:a]volume=1.4[voice];[2:a][voice]amix=inputs=2:duration=shortest:normalize=0"
    return [
        *("-f", "lavfi", "-i", _scene(order), "-i", f"file:{voice}"),
        *("-f", "lavfi", "-i", f"aevalsrc={chord}:s=44100"),
        *("-filter_complex", f"{sound}[sound]", "-map", "0:v", "-map", "[sound]"),
        *("-t", f"{order.seconds:.3f}", "-threads", "2", "-c:v", "libx264"),
        *("-preset", "ultrafast", "-crf", "30", "-pix_fmt", "yuv420p", "-c:a", "aac"),
        *("-ac", "1", "-movflags", "+faststart", "-f", "mp4", f"file:{order.target}"),
    ]


def _scene(order: VideoOrder) -> str:
    """A harbour at dawn: the sky turns slowly, a boat crosses."""
    width, height, rate = order.width, order.height, order.frames_per_second
    sea, boat, sail = height * 2 // 5, (width // 7, height // 24), (width // 22, height // 6)
    sky = "c0=#20304f:c1=#8d5a7b:c2=#f2a661:c3=#f7d9a0:n=4:x0=0:y0=0"
    shapes = [
        f"color=#17324a:s={width}x{sea}:r={rate}[sea]",
        f"color=#3b1f1b:s={boat[0]}x{boat[1]}:r={rate}[boat]",
        f"color=#f6f6f3:s={sail[0]}x{sail[1]}:r={rate}[sail]",
        f"gradients=s={width}x{height}:r={rate}:{sky}:x1=0:y1={height}:speed=0.0001[sky]",
    ]
    across = f"mod(t*{width}/20\\,W+{boat[0]})-{boat[0]}"
    swell = f"{height - sea - boat[1] // 2}+{max(height // 180, 1)}*sin(2*t)"
    layers = (
        f"[sky][sea]overlay=0:{height - sea}[a];"
        f"[a][sail]overlay='{across}+{boat[0] // 2}':'{swell}-{sail[1]}'[b];"
        f"[b][boat]overlay='{across}':'{swell}'"
    )
    return f"{';'.join(shapes)};{layers}"


if __name__ == "__main__":
    run_task(make_talking_video)
