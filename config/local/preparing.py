"""The preparation's process, seen from the supervisor."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.local.errors import StartError


@dataclass(frozen=True)
class Owner:
    """The first person; the password only when it was made up just now."""

    email: str
    password: str | None
    is_new: bool


class Preparing:
    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "config.local.preparation"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )

    def is_over(self) -> bool:
        return self._process.poll() is not None

    def raise_failure(self) -> None:
        if self._process.returncode:
            lines = self._log.read_text(errors="replace").strip().splitlines()
            raise StartError(lines[-1] if lines else f"Preparing failed; see {self._log}.")

    def owner(self) -> Owner:
        """Once, when it is over and has not failed."""
        answer = json.loads(self._process.communicate()[0].strip().splitlines()[-1])
        return Owner(answer["email"], answer.get("password"), bool(answer.get("created")))

    def abandon(self) -> None:
        if not self.is_over():
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
