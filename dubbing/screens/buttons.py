from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """A command on the page; `why_not` is the reason while it is not legal."""

    why_not: str

    @property
    def is_legal(self) -> bool:
        return not self.why_not
