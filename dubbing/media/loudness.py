"""Runs in the worker: integrated loudness by EBU R 128, measured by ffmpeg's own filter."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

RATE_HERTZ = 48_000
# What the filter says when nothing was above its absolute gate.
GATE_LUFS = -70.0
KEY = "lavfi.r128.I"


class LoudnessMeter:
    """Of 16-bit stereo at RATE_HERTZ."""

    def __init__(self) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(
            sample_rate=RATE_HERTZ,
            format="s16",
            layout="stereo",
            time_base=Fraction(1, RATE_HERTZ),
        )
        chain = [source, self._graph.add("ebur128", "metadata=1"), self._graph.add("abuffersink")]
        self._graph.link_nodes(*chain).configure()
        self._latest: AudioFrame | None = None

    def add(self, frame: AudioFrame) -> None:
        self._graph.push(frame)
        self._drain()

    def integrated(self) -> float | None:
        """LUFS; None where nothing was above the gate."""
        if self._latest is None:
            return None
        loudness = float(self._latest.metadata.get(KEY, GATE_LUFS))
        return round(loudness, 1) if loudness > GATE_LUFS else None

    def _drain(self) -> None:
        with contextlib.suppress(av.BlockingIOError, av.EOFError):
            while True:
                frame = self._graph.pull()
                if isinstance(frame, AudioFrame):
                    self._latest = frame
