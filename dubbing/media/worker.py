"""`python -m dubbing.media.worker COMMAND PATH [NUMBER]`

COMMAND is probe, probe-audio, probe-head, probe-audio-head, poster, strip or sound. Prints facts
or an error as JSON, or a JPEG. Limits itself before it opens the file.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from dubbing.media.facts import NotMediaError, error_as_json, facts_as_json
from dubbing.media.hearing import sound_of
from dubbing.media.limits import (
    POSTER_BYTES,
    POSTER_CPU_SECONDS,
    PROBE_BYTES,
    PROBE_CPU_SECONDS,
    SOUND_BYTES,
    SOUND_CPU_SECONDS,
    STRIP_CPU_SECONDS,
    TOO_LONG,
    limit_this_process,
)
from dubbing.media.pictures import poster_of
from dubbing.media.reading import (
    read_audio_facts,
    read_audio_head_facts,
    read_head_facts,
    read_video_facts,
)
from dubbing.media.strips import strip_of

# Written beforehand: when it is needed there is no memory to write it with.
OUT_OF_MEMORY = error_as_json(NotMediaError(TOO_LONG, "too_long_to_probe")).encode()


READERS = {
    "probe": read_video_facts,
    "probe-audio": read_audio_facts,
    "probe-head": read_head_facts,
    "probe-audio-head": read_audio_head_facts,
}
MEMORY_BYTES = {"poster": POSTER_BYTES, "strip": POSTER_BYTES, "sound": SOUND_BYTES}
CPU_LIMITS = {"poster": POSTER_CPU_SECONDS, "strip": STRIP_CPU_SECONDS, "sound": SOUND_CPU_SECONDS}


def answer(command: str, path: Path, *rest: str) -> bytes:
    if command == "poster":
        return poster_of(path, at=Decimal(rest[0]) if rest else None)
    if command == "strip":
        return strip_of(path, count=int(rest[0]))
    if command == "sound":
        return sound_of(path)
    return facts_as_json(READERS[command](path)).encode()


def main(command: str, path: str, *rest: str) -> None:
    limit_this_process(
        memory_bytes=MEMORY_BYTES.get(command, PROBE_BYTES),
        cpu_seconds=CPU_LIMITS.get(command, PROBE_CPU_SECONDS),
    )
    try:
        said = answer(command, Path(path), *rest)
    except NotMediaError as error:
        said = error_as_json(error).encode()
    except MemoryError:
        said = OUT_OF_MEMORY
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main(*sys.argv[1:])
