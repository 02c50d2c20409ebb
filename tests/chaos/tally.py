"""Which faults struck, how often, and what came of them."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable

RECENT = 15


class Tally:
    """Only what really happened is counted: a fault that found nothing to strike is none."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[str]] = defaultdict(Counter)
        self._recent: deque[str] = deque(maxlen=RECENT)

    @property
    def faults(self) -> int:
        return sum(row.total() for row in self.rows.values())

    def note(self, name: str, outcome: str) -> None:
        self.rows[name][outcome] += 1
        self._recent.append(f"    {time.strftime('%H:%M:%S')} {name}: {outcome}")

    def take_back(self, name: str, times: int) -> None:
        """It was prepared, and nothing ever came by that it could have struck."""
        for _ in range(times):
            for outcome in list(self.rows[name]):
                if self.rows[name][outcome]:
                    self.rows[name][outcome] -= 1
                    break

    def recent(self) -> list[str]:
        return list(self._recent)

    def missing(self, names: Iterable[str]) -> list[str]:
        return sorted({name for name in names if not self.rows[name].total()})

    def lines(self) -> list[str]:
        width = max(len(name) for name in self.rows)
        return [
            f"  {name:<{width}}  {row.total():>4}  "
            + ", ".join(f"{outcome} {times}" for outcome, times in sorted(row.items()) if times)
            for name, row in sorted(self.rows.items())
        ]
