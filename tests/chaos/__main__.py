"""`python -m tests.chaos`: a night of faults on a private database, with a table at its end."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from importlib import import_module

import django

from tests.chaos.stage import free_port, private_database, small_disk


def main() -> int:
    words = _parser().parse_args()
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
            tally = night.run(
                seed=seed, faults=words.faults, seconds=words.seconds, disk=disk, database=database
            )
        except night.NightError as error:
            _say(f"BROKEN with seed {seed}: {error}")
            return 1
    _say("\n".join(tally.lines()))
    seconds = time.monotonic() - began
    _say(f"{tally.faults} faults in {seconds:.0f} s, seed {seed}: 0 lost, 0 paid twice unseen")
    if tally.faults < words.faults:
        _say(f"Time was up before {words.faults} faults.")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--faults", type=int, default=220)
    parser.add_argument("--seconds", type=float, default=300.0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
