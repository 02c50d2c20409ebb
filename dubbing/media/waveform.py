"""Runs in the worker: peaks for drawing."""

from __future__ import annotations

import math
from array import array
from typing import Any

RATE_HERTZ = 16_000
FULL_SCALE = 32_768
MAX_PEAKS = 36_000  # 144 kB of JSON at most
MOST_PER_SECOND = 50
LEAST_PER_SECOND = 1
# A file that goes on for longer than it said is drawn up to here.
MAX_DRAWN = 2 * MAX_PEAKS


class Waveform:
    """`announced`: seconds, which decide how fine it is."""

    def __init__(self, announced: float) -> None:
        fits = int(MAX_PEAKS / announced) if announced > 0 else LEAST_PER_SECOND
        self.per_second = max(LEAST_PER_SECOND, min(MOST_PER_SECOND, fits))
        self._block = RATE_HERTZ // self.per_second
        self._open = array("h")
        self._peaks = array("H")
        self._samples = 0

    @property
    def seconds(self) -> float:
        return self._samples / RATE_HERTZ

    def add(self, samples: array[int]) -> None:
        self._samples += len(samples)
        self._open.extend(samples)
        whole = len(self._open) - len(self._open) % self._block
        for start in range(0, whole, self._block):
            self._peaks.append(_peak(self._open[start : start + self._block]))
        del self._open[:whole]

    def loudest(self) -> float | None:
        """dBFS; None where every sample is zero."""
        peak = max([*self._peaks, _peak(self._open)])
        return round(20 * math.log10(peak / FULL_SCALE), 1) if peak else None

    def as_json(self) -> dict[str, Any]:
        peaks = [round(100 * peak / FULL_SCALE) for peak in self._peaks[:MAX_DRAWN]]
        return {"peaks_per_second": self.per_second, "seconds": self.seconds, "peaks": peaks}


def _peak(samples: array[int]) -> int:
    return max(max(samples), -min(samples)) if samples else 0
