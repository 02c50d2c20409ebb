"""Asks the worker to convert files of other formats, many in one process."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubbing.media.limits import ROOT
from dubbing.subtitles.cues import Converted, SubtitlesError
from dubbing.subtitles.formats import Format
from dubbing.subtitles.worker import MAX_FILES

logger = logging.getLogger(__name__)

WALL_SECONDS = 60
COMMAND = (sys.executable, "-E", "-s", "-m", "dubbing.subtitles.worker")
TOO_LONG = "Reading this file takes more time or memory than we allow. Export it as SRT."


@dataclass(frozen=True)
class Asked:
    """A file to convert: text, or bytes where the format is no text."""

    kind: Format
    content: str | bytes
    fps: float | None = None

    def as_line(self) -> bytes:
        words: dict[str, Any] = {"format": self.kind.value}
        if isinstance(self.content, bytes):
            words["data"] = base64.b64encode(self.content).decode()
        else:
            words |= {"text": self.content, "fps": self.fps}
        return json.dumps(words).encode() + b"\n"


def convert_files(asked: Sequence[Asked]) -> list[Converted | SubtitlesError]:
    """One answer per file, in order. A file that ends the worker is named; the rest goes on."""
    answers: list[Converted | SubtitlesError] = []
    while len(answers) < len(asked):
        share = asked[len(answers) : len(answers) + MAX_FILES]
        told = _run(b"".join(one.as_line() for one in share))
        answers += told
        if len(told) < len(share):
            answers.append(SubtitlesError(TOO_LONG))
    return answers


def _run(lines: bytes) -> list[Converted | SubtitlesError]:
    with subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env={"LC_ALL": "C.UTF-8"},  # no secret of ours within reach of a parser's bug
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as worker:
        try:
            said, complaint = worker.communicate(lines, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            said, complaint = worker.communicate()
    if worker.returncode:
        words = complaint[-1000:].decode(errors="replace")
        logger.warning("The subtitles worker ended with %s: %s", worker.returncode, words)
    return [_understood(json.loads(line)) for line in said.split(b"\n")[:-1]]


def _understood(told: dict[str, Any]) -> Converted | SubtitlesError:
    if "error" in told:
        return SubtitlesError(told["error"], told.get("code", "srt_unreadable"))
    return Converted.from_json(told)
