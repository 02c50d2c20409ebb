"""A file, read in a subprocess that limits itself: a hostile one can end that and nothing else."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from dubbing.sheets.errors import SheetError
from dubbing.sheets.rows import Reading, Row, rows_from_json

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_BYTES = 20 << 20
MEMORY_BYTES = 256 << 20
CPU_SECONDS = 5
WALL_SECONDS = 30
TOO_SLOW = SheetError(
    "Reading this file takes longer than we allow. Copy its lines into a new file, without "
    "formats and formulas.",
    "sheet_too_slow",
)
DAMAGED = SheetError(
    "The file is damaged, or reading it takes more memory than we allow. Copy its lines into a "
    "new file.",
    "sheet_damaged",
)


class Look(NamedTuple):
    """What a file looks like. `sheets` are names with whether each is hidden; `rows` the first."""

    kind: str
    reading: Reading
    is_guess: bool
    sheets: list[tuple[str, bool]]
    headings: list[str]
    rows: list[Row]


class Table(NamedTuple):
    reading: Reading
    headings: list[str]
    rows: list[Row]


def look_into(path: Path, reading: Reading = Reading()) -> Look:  # noqa: B008 (immutable)
    """The headings and first lines. Raises SheetError."""
    told = _run("look", path, reading)
    return Look(
        kind=told["kind"],
        reading=Reading(*told["reading"]),
        is_guess=told["is_guess"],
        sheets=[(name, hidden) for name, hidden in told["sheets"]],
        headings=told["headings"],
        rows=rows_from_json(told["rows"]),
    )


def read_table(path: Path, reading: Reading) -> Table:
    """Every line below the headings. Raises SheetError."""
    told = _run("read", path, reading)
    return Table(Reading(*told["reading"]), told["headings"], rows_from_json(told["rows"]))


def _run(command: str, path: Path, reading: Reading) -> Any:
    if path.stat().st_size > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES >> 20
        raise SheetError(
            f"The file is larger than {most} MB. Split it into several files.", "sheet_too_large"
        )
    answer = json.loads(_worker(command, str(path.absolute()), json.dumps(reading)))
    if "error" in answer:
        raise SheetError(**answer["error"])
    return answer


def _worker(*arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", "dubbing.sheets.worker", *arguments],
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},  # no secret of ours within reach of a parser's bug
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TOO_SLOW from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TOO_SLOW
    if done.returncode:
        said = done.stderr[-2000:].decode(errors="replace")
        logger.warning("The sheet worker ended with %s: %s", done.returncode, said)
        raise DAMAGED
    return done.stdout
