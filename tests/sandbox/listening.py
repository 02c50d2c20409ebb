"""Ears and eyes for finished films."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import av
import httpx

from sandbox.media.probe import open_media
from sandbox.media.speech import CHUNK_SECONDS, speech_chances
from tests.media import run_ffmpeg

_RATE = 16_000


def download(url: str, path: Path) -> Path:
    answer = httpx.get(url)
    assert answer.status_code == 200
    path.write_bytes(answer.content)
    return path


def seconds_of(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / 1_000_000


def speech_share(path: Path, start: float, end: float) -> float:
    """The share of the time between the two moments in which somebody surely speaks."""
    with open_media(path) as container:
        chances = list(speech_chances(container, 0, 3600))
    window = chances[int(start / CHUNK_SECONDS) : int(end / CHUNK_SECONDS)]
    return sum(chance > 0.6 for chance in window) / len(window)


def loudness_at(path: Path, hertz: float, start: float, end: float) -> float:
    """The amplitude of one pitch between two moments (Goertzel's algorithm)."""
    raw = run_ffmpeg("-i", str(path), "-ac", "1", "-ar", str(_RATE), "-f", "s16le", "pipe:1")
    samples = array("h", raw)[int(start * _RATE) : int(end * _RATE)]
    turn = 2 * math.cos(2 * math.pi * hertz / _RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample / 32768 + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * math.sqrt(max(power, 0)) / len(samples)


def first_picture(path: Path) -> list[bytes]:
    """Rows of grey pixels."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0)).reformat(format="gray")
        plane = frame.planes[0]
        data = bytes(plane)
        return [data[y * plane.line_size :][: frame.width] for y in range(frame.height)]
