"""One verb for many videos or dubs: chosen, foreseen, said yes to, carried out, undone.

Each row goes through the same services as a single edit; what became of it is kept beside it.
"""

from __future__ import annotations

from dubbing.services.bulk.foresight import Foresight, foresee, foresee_generate
from dubbing.services.bulk.preparing import prepare_bulk, say_values
from dubbing.services.bulk.selection import MOST_ROWS, Selection, read_ids, select_all
from dubbing.services.bulk.values import values_words
from dubbing.services.bulk.working import UNDO_FOR, begin_bulk, can_undo, run_bulk, undo_bulk

__all__ = [
    "MOST_ROWS",
    "UNDO_FOR",
    "Foresight",
    "Selection",
    "begin_bulk",
    "can_undo",
    "foresee",
    "foresee_generate",
    "prepare_bulk",
    "read_ids",
    "run_bulk",
    "say_values",
    "select_all",
    "undo_bulk",
    "values_words",
]
