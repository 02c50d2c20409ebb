"""Runs in the worker: one pass over the first audio track, in flat memory."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from dubbing.media.facts import NotMediaError
from dubbing.media.loudness import RATE_HERTZ as LOUDNESS_HERTZ
from dubbing.media.loudness import LoudnessMeter
from dubbing.media.reading import opened
from dubbing.media.sounds import SoundFacts
from dubbing.media.speech import RATE_HERTZ, SpeechFinder
from dubbing.media.waveform import Waveform

MICROSECONDS = 1_000_000


def sound_of(path: Path) -> bytes:
    """SoundFacts and the waveform as JSON. Raises NotMediaError."""
    with opened(path, wanted="audio") as container:
        if not container.streams.audio:
            raise NotMediaError("The file has no sound.", "no_audio_stream")
        return _heard(container, container.streams.audio[0])


def _heard(container: InputContainer, track: AudioStream) -> bytes:
    if track.codec_context is None:
        raise NotMediaError(
            "Its sound is in a form we cannot read. Export it as AAC and try again.", "not_audio"
        )
    track.codec_context.thread_count = 1
    announced = (container.duration or 0) / MICROSECONDS
    meter, waveform = LoudnessMeter(), Waveform(announced)
    finder = SpeechFinder(announced)
    narrow = AudioResampler(format="s16", layout="mono", rate=RATE_HERTZ)
    for piece in _alike(_frames(container, track)):
        meter.add(piece)
        for small in narrow.resample(piece):
            samples = _samples(small)
            waveform.add(samples)
            finder.add(samples)
    return _told(meter, waveform, finder)


def _alike(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """In one form for the whole file: a track may change its own midway, a filter cannot.

    Whatever was read of other layouts, from here on it is known which channel is which.
    """
    form: tuple[str, str, int] | None = None
    for frame in frames:
        if form != (frame.format.name, frame.layout.name, frame.sample_rate):
            form = (frame.format.name, frame.layout.name, frame.sample_rate)
            alike = AudioResampler(format="s16", layout="stereo", rate=LOUDNESS_HERTZ)
        try:
            yield from alike.resample(frame)
        except MemoryError:
            raise
        except av.FFmpegError:
            continue


def _frames(container: InputContainer, track: AudioStream) -> Iterator[AudioFrame]:
    """What can be decoded; damaged packets are passed over, damage of the container ends it."""
    try:
        for packet in container.demux(track):
            try:
                yield from packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                continue
    except MemoryError:
        raise
    except av.FFmpegError:
        return


def _samples(piece: AudioFrame) -> array[int]:
    samples = array("h")
    samples.frombytes(bytes(piece.planes[0])[: piece.samples * samples.itemsize])
    return samples


def _told(meter: LoudnessMeter, waveform: Waveform, finder: SpeechFinder) -> bytes:
    facts = SoundFacts(
        seconds=round(waveform.seconds, 3),
        loudness=meter.integrated(),
        peak=waveform.loudest(),
        speech_share=finder.share(),
        first_speech=finder.first,
        last_speech=finder.last,
        busiest_minute=finder.busiest_minute(),
        is_sampled=finder.is_sampled,
    )
    return json.dumps({"sound": facts.as_json(), "waveform": waveform.as_json()}).encode()
