"""What is wrong with a subtitle file, and what can be done about it at a press."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dubbing.validators import Cue, cue_place

ERROR, WARNING = "error", "warning"
SHOWN_PER_CODE = 12


@dataclass(frozen=True)
class Mend:
    """`code` is a name and perhaps its values, such as `shift:-3600000`; `label` is a button."""

    code: str
    label: str


@dataclass(frozen=True)
class Finding:
    """An error is what sending would refuse; a warning is worth a look. Line and cue from 1."""

    level: str
    code: str
    message: str
    line: int = 0
    cue: int = 0
    mends: tuple[Mend, ...] = ()

    def as_json(self) -> dict[str, Any]:
        mends = [[mend.code, mend.label] for mend in self.mends]
        return {
            "level": self.level,
            "code": self.code,
            "line": self.line,
            "cue": self.cue,
            "message": self.message,
            "mends": mends,
        }


def at_cue(level: str, code: str, cue: Cue, message: str, mends: Sequence[Mend] = ()) -> Finding:
    """`message` goes on after the cue's place: “is read at 31 characters a second.”"""
    return Finding(level, code, f"{cue_place(cue)} {message}", cue.line, cue.number, tuple(mends))


def shortened(findings: Iterable[Finding]) -> list[Finding]:
    """The first of each kind, and one that counts the rest."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return [finding for same in by_code.values() for finding in _first(same)]


def _first(same: list[Finding]) -> list[Finding]:
    rest = len(same) - SHOWN_PER_CODE
    if rest <= 0:
        return same
    last = same[SHOWN_PER_CODE]
    more = f"{rest:,} more {'cue' if rest == 1 else 'cues'} like this."
    return [*same[:SHOWN_PER_CODE], Finding(last.level, last.code, more, mends=last.mends)]
