"""`make bench`: every figure with its floor, in one run. Name some to run only those.

python -m benchmarks [NAME …], with the names of BENCHMARKS below.
"""

from __future__ import annotations

import sys

from benchmarks import (
    bulk,
    callbacks,
    lists,
    live,
    outgoing,
    pressure,
    recovery,
    sheets,
    starts,
    tus,
    tus_pages,
    uploads,
)

BENCHMARKS = {
    "callbacks": callbacks.run,
    "flood": pressure.run_flood,
    "outage": pressure.run_outage,
    "restart": pressure.run_restart,
    "live": live.run,
    "bulk": bulk.run,
    "uploads": uploads.run,
    "tus": tus.run,
    "pages": tus_pages.run,
    "outgoing": outgoing.run,
    "sheets": sheets.run,
    "starts": starts.run,
    "recovery": recovery.run,
    "lists": lists.run,
}


def main(names: list[str]) -> int:
    unknown = set(names) - BENCHMARKS.keys()
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    for name in names or BENCHMARKS:
        print(f"\n{name}")
        for label, value in BENCHMARKS[name]():
            print(f"  {label:<58} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
