"""Runs in the worker: does a file go on for as long as it says?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

from dubbing.media.facts import NotMediaError

MICROSECONDS = 1_000_000
MILLISECOND = Decimal("0.001")
TAIL_MICROSECONDS = 3 * MICROSECONDS
# Headers are often a little wrong; a real break is longer than both.
TOLERATED_SECONDS = Decimal(2)
TOLERATED_SHARE = Decimal("0.05")
# Black is zeros there, as silence is in sound: for them zeros prove nothing.
UNCOMPRESSED = frozenset({"rawvideo", "v210", "v410"})


@dataclass(frozen=True)
class Ending:
    seconds: Decimal  # from the first moment of the file to the end of its last packet
    is_blank: bool  # the last picture is only zeros: a copy that was never finished


def complete_duration(container: InputContainer) -> Decimal:
    """Seconds, down to the millisecond. Raises NotMediaError where the end is missing."""
    announced = Decimal(container.duration or 0) / MICROSECONDS
    ending = _ending(container)
    tolerated = max(TOLERATED_SECONDS, announced * TOLERATED_SHARE)
    if announced - ending.seconds > tolerated:
        raise stopped_midway(
            f"it says {announced:.1f} seconds and ends after {max(ending.seconds, Decimal(0)):.1f}."
        )
    if ending.is_blank:
        raise stopped_midway("its end is blank.")
    duration = (announced or ending.seconds).quantize(MILLISECOND, rounding=ROUND_FLOOR)
    if duration <= 0:
        raise stopped_midway("nothing follows its header.")
    return duration


def stopped_midway(missing: str) -> NotMediaError:
    return NotMediaError(f"The file stops midway: {missing} Copy or export it again.", "truncated")


def _ending(container: InputContainer) -> Ending:
    begin = container.start_time or 0
    # A live recording announces no length, so it is read from end to end.
    tail = begin + max(0, (container.duration or 0) - TAIL_MICROSECONDS)
    with contextlib.suppress(av.FFmpegError):  # then we go on from where we are
        container.seek(tail)
    latest = Decimal(0)
    picture: Packet[Any] | None = None
    for packet in _packets(container):
        latest = max(latest, _end_of(packet))
        if packet.stream.type == "video":
            picture = packet
    return Ending(latest - Decimal(begin) / MICROSECONDS, _is_blank(picture))


def _packets(container: InputContainer) -> Iterator[Packet[Any]]:
    """Those of picture and sound, up to the end or the first damage."""
    streams = [*container.streams.video, *container.streams.audio]
    try:
        for packet in container.demux(streams):
            if packet.size:
                yield packet
    except MemoryError:
        raise
    except av.FFmpegError:
        return


def _end_of(packet: Packet[Any]) -> Decimal:
    stamp = packet.pts if packet.pts is not None else packet.dts
    if stamp is None or packet.time_base is None:
        return Decimal(0)
    end = (stamp + (packet.duration or 0)) * packet.time_base
    return Decimal(end.numerator) / end.denominator


def _is_blank(picture: Packet[Any] | None) -> bool:
    context = picture.stream.codec_context if picture is not None else None
    if picture is None or context is None or context.name in UNCOMPRESSED:
        return False
    return not bytes(picture).strip(b"\x00")
