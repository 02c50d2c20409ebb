"""`python -m dubbing.subtitles.worker`: files of other formats in, plain cues out.

Reads one JSON line per file, `{"format", "fps", "text"}` or `{"format", "data"}` (base64), and
answers each by one line at once. A file that takes too long ends the process; the asker knows by
the missing line which one it was.
"""

from __future__ import annotations

import base64
import json
import logging
import resource
import sys
import warnings
from typing import Any

from dubbing.media.limits import limit_this_process
from dubbing.subtitles.conversion import convert_ebu_stl, convert_text
from dubbing.subtitles.cues import Converted, SubtitlesError
from dubbing.subtitles.formats import Format

MEMORY_BYTES = 256 << 20
CPU_SECONDS_PER_FILE = 5
MAX_FILES = 50


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    kind = Format(asked["format"])
    try:
        return _convert(asked, kind).as_json()
    except SubtitlesError as error:
        return {"error": str(error), "code": error.code}
    except Exception as error:  # a parser's own words and kinds: none of them is ours to know
        said = " ".join(str(error).split())[:120]
        return {"error": f"It is a damaged {kind.value} file ({said})."}


def _convert(asked: dict[str, Any], kind: Format) -> Converted:
    if "data" in asked:
        return convert_ebu_stl(base64.b64decode(asked["data"]))
    return convert_text(asked["text"], kind, fps=asked.get("fps"))


def _limit_next_file() -> None:
    """The soft limit walks ahead of what was used, so that each file has the same share."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    share = int(used.ru_utime + used.ru_stime) + CPU_SECONDS_PER_FILE
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(share, most), most))


def main() -> None:
    limit_this_process(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS_PER_FILE * MAX_FILES)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        _limit_next_file()
        said = json.dumps(answer(json.loads(line)))
        sys.stdout.write(said + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
