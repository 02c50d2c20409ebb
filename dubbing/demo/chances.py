"""One source of chance, so that the same seed makes the same studio."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta


class Chances(random.Random):
    """For a demonstration, never for secrets."""

    def id_at(self, moment: datetime) -> uuid.UUID:
        """A UUIDv7 of that moment: lists go by it."""
        thousandths = int(moment.timestamp() * 1000)
        number = thousandths << 80 | 7 << 76 | self.getrandbits(12) << 64
        return uuid.UUID(int=number | 2 << 62 | self.getrandbits(62))

    def between(self, low: timedelta, high: timedelta) -> timedelta:
        return low + (high - low) * self.random()

    def happens(self, share: float) -> bool:
        return self.random() < share

    def word(self, length: int = 24) -> str:
        return f"{self.getrandbits(4 * length):0{length}x}"
