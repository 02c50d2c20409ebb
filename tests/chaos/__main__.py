"""`python -m tests.chaos`: a night of faults on a private database, with a table at its end."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from dataclasses import replace
from importlib import import_module

import django

from tests.chaos.plan import CHAOS, NIGHT
from tests.chaos.stage import free_port, private_database, small_disk

FEWEST_FAULTS = 200


def main() -> int:
    words = _parser().parse_args()
    plan = NIGHT if words.night else CHAOS
    if words.faults is not None:
        plan = replace(plan, faults=words.faults, exact_faults=words.faults * 2 // 3)
    if words.seconds is not None:
        plan = replace(plan, seconds=words.seconds)
    if words.films is not None:
        plan = replace(plan, films=words.films)
    seed = words.seed if words.seed is not None else secrets.randbelow(10**6)
    _say(f"A night of faults with seed {seed}: the same again by --seed {seed}")
    port = free_port()
    os.environ |= {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    began = time.monotonic()
    with small_disk() as disk, private_database(disk.folder) as database:
        _say(f"Disk full means a full tmpfs: {'yes' if disk.is_small else 'no, only per process'}")
        django.setup()
        # Models can be imported only now that the database is settled.
        night = import_module("tests.chaos.night")
        try:
            tally = night.run(seed=seed, plan=plan, disk=disk, database=database)
        except night.NightError as error:
            _say(f"BROKEN with seed {seed}: {error}")
            return 1
    _say("\n".join(tally.lines()))
    seconds, busy = time.monotonic() - began, sum(os.times()[:4])
    _say(
        f"{tally.faults} faults in {seconds:.0f} s ({busy:.0f} s of CPU without the database's), "
        f"seed {seed}: 0 lost, 0 paid twice unseen"
    )
    fewest = min(FEWEST_FAULTS, plan.faults)
    if tally.faults < fewest:
        _say(f"Time was up before {fewest} faults.")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--faults", type=int)
    parser.add_argument("--seconds", type=float, help="how long faults may go on, beside the peace")
    parser.add_argument(
        "--night", action="store_true", help="50 videos in 6 languages, compared line by line"
    )
    parser.add_argument("--films", type=int, help="how many are made at most")
    return parser


if __name__ == "__main__":
    sys.exit(main())
