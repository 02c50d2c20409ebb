"""How long one thread of a process may keep the interpreter from the others.

Python's own five milliseconds suit threads that compute. Ours mostly wait for a database or a far
engine, and want a fraction of a millisecond after each answer: behind one that computes, each of
those would wait five. A callback comes back to the interpreter some ten times.
"""

from __future__ import annotations

import sys

# Each measured as the best of a few: shorter ones cost a worker more in changes than they spare.
WEB_SECONDS = 0.0001
WORKER_SECONDS = 0.0005


def take_turns_of(seconds: float) -> None:
    sys.setswitchinterval(seconds)
