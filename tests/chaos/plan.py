"""How much is ordered while the faults strike, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`languages` are ordered with a video, up to `most_languages` are added to it later."""

    faults: int
    exact_faults: int
    seconds: float
    peace_seconds: float
    videos: int
    languages: int
    most_languages: int
    early_films: int
    """In the first act: the second one needs some that are still to be made."""
    films: int
    commands_per_fault: int
    is_strict: bool
    """Exactly so many videos and languages; else more videos where the work runs out."""


# What `make chaos` does: some four minutes, and more time only where the machine is busy.
CHAOS = Plan(
    faults=220,
    exact_faults=146,
    seconds=900,
    peace_seconds=240,
    videos=60,
    languages=2,
    most_languages=4,
    early_films=25,
    films=60,
    commands_per_fault=2,
    is_strict=False,
)
# 50 videos in 6 languages; a third of them become films, which is what takes the time.
NIGHT = Plan(
    faults=220,
    exact_faults=90,
    seconds=2400,
    peace_seconds=2400,
    videos=50,
    languages=5,
    most_languages=6,
    early_films=30,
    films=100,
    commands_per_fault=3,
    is_strict=True,
)
