"""What is timed, and how long it usually takes before a team has runs of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

from dubbing.states.engine import LipsModel, Stage


class Step(TextChoices):
    """The two things that Panjaya does; the values are those of the stages meanwhile."""

    PREPARING = Stage.PREPARING.value, "Preparing the draft"
    GENERATING = Stage.GENERATING.value, "Making the film"


@dataclass(frozen=True)
class Guess:
    """Of a length without runs: `base` seconds, and `per_second` for each second of the video."""

    base: int
    per_second: float

    def seconds(self, length: float) -> float:
        return self.base + self.per_second * length


# An assumption, good until ten runs have shown better.
GUESSES: dict[tuple[Step, LipsModel], Guess] = {
    (Step.PREPARING, LipsModel.QUALITY): Guess(900, 1.0),
    (Step.PREPARING, LipsModel.FAST): Guess(900, 1.0),
    (Step.GENERATING, LipsModel.QUALITY): Guess(600, 2.0),
    (Step.GENERATING, LipsModel.FAST): Guess(600, 0.5),
}
# Of a guess; what was learnt has limits of its own.
GUESS_SLOW_FACTOR = 2

# Videos up to so many seconds take about the same time; longer than the last is one more group.
LENGTHS: tuple[int, ...] = (60, 300, 900, 1800, 3600, 7200)
USUAL_LENGTH = 600
ENOUGH_RUNS = 10


def length_group(seconds: Decimal | float) -> int:
    """Index of the group of LENGTHS that a video of this length is in."""
    return sum(seconds > limit for limit in LENGTHS)


def lips_of(word: str) -> LipsModel:
    """None chosen is Panjaya's standard."""
    return LipsModel(word) if word else LipsModel.QUALITY
