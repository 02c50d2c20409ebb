"""What dubbing is expected to cost: the team's rates, estimates, the ledger and its ceiling.

These are the team's own figures, by its own rate card: never the engine's bill. What is counted
is every dub (video × language), once, when it is sent; what the engine charges for generating a
reopened dub again is not known.
"""

from __future__ import annotations

from dubbing.services.money.estimates import Estimate, Piece, cost_of, dubbed_seconds, estimate
from dubbing.services.money.ledger import (
    Charge,
    charge,
    charge_again,
    correct_dub,
    correct_lengths,
    count_held,
    give_back,
    month_of,
    recount,
)
from dubbing.services.money.rates import change_rates, current_rates
from dubbing.services.money.telling import tell_owners

__all__ = [
    "Charge",
    "Estimate",
    "Piece",
    "change_rates",
    "charge",
    "charge_again",
    "correct_dub",
    "correct_lengths",
    "cost_of",
    "count_held",
    "current_rates",
    "dubbed_seconds",
    "estimate",
    "give_back",
    "month_of",
    "recount",
    "tell_owners",
]
