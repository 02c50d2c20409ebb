"""`python -m dubbing.media.worker probe|probe-audio|poster PATH [SECONDS]`

Prints facts or an error as JSON, or a JPEG. Limits itself before it opens the file.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from dubbing.media.facts import NotMediaError, error_as_json, facts_as_json
from dubbing.media.limits import POSTER_BYTES, PROBE_BYTES, TOO_LONG, limit_this_process
from dubbing.media.pictures import poster_of
from dubbing.media.reading import read_audio_facts, read_video_facts

# Written beforehand: when it is needed there is no memory to write it with.
OUT_OF_MEMORY = error_as_json(NotMediaError(TOO_LONG, "too_long_to_probe")).encode()


def answer(command: str, path: Path, *rest: str) -> bytes:
    if command == "poster":
        return poster_of(path, at=Decimal(rest[0]) if rest else None)
    read = {"probe": read_video_facts, "probe-audio": read_audio_facts}[command]
    return facts_as_json(read(path)).encode()


def main(command: str, path: str, *rest: str) -> None:
    limit_this_process(memory_bytes=POSTER_BYTES if command == "poster" else PROBE_BYTES)
    try:
        said = answer(command, Path(path), *rest)
    except NotMediaError as error:
        said = error_as_json(error).encode()
    except MemoryError:
        said = OUT_OF_MEMORY
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main(*sys.argv[1:])
