"""A night of faults: two acts, the books compared after each fault, peace at the end."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import Error as DatabaseTrouble

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.services.sweep import sweep
from tests.builders import make_connection
from tests.chaos.exact import ExactFaults
from tests.chaos.live import LiveFaults, free_of_letters
from tests.chaos.mortal import run_mortal
from tests.chaos.stage import CELERY, GRANIAN, Database, Disk, Program, wait_until
from tests.chaos.studio import Studio, forget_connections
from tests.faults.proxy import run_proxy
from tests.media import make_talking_video
from tests.sandbox.loopback import run_loopback
from tests.sandbox_process import run_sandbox
from tests.work import work_once

Fault = tuple[str, Callable[[], str]]
PEACE_SECONDS = 120.0
LIVE_SECONDS = 0.6


class NightError(AssertionError):
    """A promise was broken."""


class Tally:
    """Faults by outcomes."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[str]] = defaultdict(Counter)

    @property
    def faults(self) -> int:
        return sum(row.total() for row in self.rows.values())

    def lines(self) -> list[str]:
        width = max(len(name) for name in self.rows)
        return [
            f"  {name:<{width}}  {row.total():>4}  "
            + ", ".join(f"{outcome} {times}" for outcome, times in sorted(row.items()))
            for name, row in sorted(self.rows.items())
        ]


def run(*, seed: int, faults: int, seconds: float, disk: Disk, database: Database) -> Tally:
    """Raises NightError with the seed in its text; ends by itself after `seconds`."""
    tally = Tally()
    deadline = time.monotonic() + seconds
    with _lit_stage(seed, disk, database) as (studio, exact, live):
        _first_act(studio, exact, tally, faults * 2 // 3, deadline - seconds / 2)
        free_of_letters(live.data_dir)
        live.worker.start()
        _second_act(studio, live, tally, faults, deadline)
        _end_in_peace(studio, live)
        _say(f"{len(studio.ledger())} lines in the far side's ledger, all of them ours")
    return tally


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


@contextmanager
def _lit_stage(
    seed: int, disk: Disk, database: Database
) -> Iterator[tuple[Studio, ExactFaults, LiveFaults]]:
    data_dir = Path(os.environ["DUBDESK_DATA_DIR"])
    with ExitStack() as stage:
        media = data_dir / "served"
        media.mkdir()
        make_talking_video(media / "talk.mp4", seconds=1.5)
        served = stage.enter_context(run_loopback(media))
        # Beside the small disk: the far side has one of its own.
        own = stage.enter_context(TemporaryDirectory(prefix="dubdesk-chaos-far-"))
        sandbox = stage.enter_context(run_sandbox(Path(own), pace=0))
        proxy = stage.enter_context(run_proxy(sandbox.url))
        team = Team.objects.create(slug="night", name="Night")
        pem = sandbox.public_key_pem.decode()
        connection = make_connection(
            team, base_url=proxy.url, public_keys=pem, looks_per_minute=6000
        )
        mortal = stage.enter_context(run_mortal(os.environ, data_dir / "mortal.log"))
        web = Program(
            (*GRANIAN, "--port", os.environ["PORT"], "config.wsgi:application"),
            dict(os.environ),
            data_dir / "web.log",
        )
        worker = Program(
            (*CELERY, "--schedule", str(data_dir / "beat")),
            dict(os.environ),
            data_dir / "worker.log",
        )
        stage.callback(worker.kill)
        stage.callback(web.kill)
        web.start()
        url = f"{served.url}/talk.mp4"
        studio = Studio(team, connection, sandbox, url, random.Random(seed))
        live = LiveFaults(studio, worker, web, database, disk, proxy, data_dir)
        yield studio, ExactFaults(studio, mortal, proxy), live


def _first_act(
    studio: Studio, exact: ExactFaults, tally: Tally, faults: int, deadline: float
) -> None:
    """One fault at a time, each at an exact point; all of them before any comes again."""
    deck: list[Fault] = []
    while tally.faults < faults and time.monotonic() < deadline:
        if not deck:
            deck = exact.all()
            studio.chance.shuffle(deck)
        name, strike = deck.pop()
        tally.rows[name][strike()] += 1
        _compare_books(studio, name)
        with team_scope(studio.team.pk):
            work_once()
        studio.decide()
    _say(f"first act: {tally.faults} faults")


def _second_act(
    studio: Studio, live: LiveFaults, tally: Tally, faults: int, deadline: float
) -> None:
    deck: list[Fault] = []
    while tally.faults < faults and time.monotonic() < deadline:
        if not deck:
            deck = live.all()
            studio.chance.shuffle(deck)
        name, strike = deck.pop()
        _whatever_the_database_does(lambda: _be_busy(studio))
        tally.rows[name][strike()] += 1
        time.sleep(LIVE_SECONDS)
        live.database.start_if_ended()
        _compare_books(studio, name)
    _say(f"second act: {tally.faults} faults so far")


def _be_busy(studio: Studio) -> None:
    studio.give_command()
    studio.give_command()
    if studio.chance.random() < 0.2:
        studio.revise_one()
    studio.decide()


def _whatever_the_database_does(work: Callable[[], None]) -> None:
    """A person whose page failed because the database is away simply comes back."""
    try:
        work()
    except DatabaseTrouble:
        forget_connections()


def _compare_books(studio: Studio, name: str) -> None:
    for _ in range(20):
        try:
            broken = studio.faults()
            break
        except DatabaseTrouble:
            forget_connections()
            time.sleep(0.2)
    else:
        raise NightError(f"After “{name}” the database did not come back.")
    if broken:
        raise NightError(f"After “{name}”: " + "; ".join(broken))


def _end_in_peace(studio: Studio, live: LiveFaults) -> None:
    """No more faults: everything that was asked for gets done, and both sides agree."""
    studio.call("DELETE", "/sandbox/scenarios")
    live.proxy.let_go()
    for program in (live.worker, live.web):
        if not program.is_alive():
            program.start()

    def is_quiet() -> bool:
        studio.hurry()
        studio.decide()
        sweep()
        return not studio.restless() and not studio.differences()

    try:
        wait_until(is_quiet, what="peace", seconds=PEACE_SECONDS)
    except AssertionError:
        left = [*studio.restless(), *studio.differences()]
        raise NightError("No peace: " + "; ".join(left[:20])) from None
    _compare_books(studio, "peace")
    _say("peace: nothing lost, nothing paid twice, both sides agree")
