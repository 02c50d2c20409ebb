"""How pre-flight gets to know which rows want another look."""

from __future__ import annotations

from collections.abc import Sequence

from dubbing import wake
from dubbing.models import BatchItem


def wake_checks(items: Sequence[BatchItem]) -> None:
    """After the commit. `check_due_at` of the rows is the work; this is one bell for all of them.

    A sheet of thousands must not ring thousands of times: the sweep finds what is due.
    """
    if items:
        wake.sweep_after_commit()
