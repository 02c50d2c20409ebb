"""A night of faults: two acts, the books compared after each fault, peace at the end."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import Error as DatabaseTrouble

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.services.sweep import sweep
from tests.builders import make_connection
from tests.chaos.books import compare_lines
from tests.chaos.exact import ExactFaults
from tests.chaos.live import LiveFaults, free_of_letters
from tests.chaos.mortal import run_mortal
from tests.chaos.plan import Plan
from tests.chaos.stage import CELERY, GRANIAN, Database, Disk, Program, wait_until
from tests.chaos.studio import Studio, forget_connections
from tests.chaos.tally import Tally
from tests.faults.proxy import run_proxy
from tests.media import make_talking_video
from tests.sandbox.loopback import run_loopback
from tests.sandbox_process import run_sandbox
from tests.work import work_once

Fault = tuple[str, Callable[[], str]]
PEACE_PAUSE = 2.0
UNMET_SECONDS = 30.0
LIVE_SECONDS = 0.6


class NightError(AssertionError):
    """A promise was broken."""


def run(*, seed: int, plan: Plan, disk: Disk, database: Database) -> Tally:
    """Raises NightError when a promise is broken or a kind of fault never happened."""
    tally = Tally()
    began = time.monotonic()
    with _lit_stage(seed, plan, disk, database) as (studio, exact, live):
        try:
            _first_act(studio, exact, tally, began + plan.seconds / 2)
            free_of_letters(live.data_dir)
            live.worker.start()
            _second_act(studio, live, tally, began + plan.seconds)
            _end_in_peace(studio, live)
            kinds = [*exact.all(), *(live.all() if disk.is_small else live.without_full_disk())]
            if missing := tally.missing(name for name, _ in kinds):
                raise NightError(f"These faults never happened: {', '.join(missing)}")
            _compare_lines(studio)
        except AssertionError as error:
            recent = "\n".join(["The last faults were:", *tally.recent()])
            raise NightError(f"{error}\n{recent}") from error
    return tally


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


@contextmanager
def _lit_stage(
    seed: int, plan: Plan, disk: Disk, database: Database
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
        studio = Studio(team, connection, sandbox, url, random.Random(seed), plan)
        live = LiveFaults(studio, worker, web, database, disk, proxy, data_dir)
        yield studio, ExactFaults(studio, mortal, proxy), live


def _deal(deck: list[Fault], anew: Callable[[], list[Fault]], studio: Studio) -> Fault:
    """All of them before any comes again."""
    if not deck:
        deck.extend(anew())
        studio.chance.shuffle(deck)
    return deck.pop()


def _first_act(studio: Studio, exact: ExactFaults, tally: Tally, deadline: float) -> None:
    """One fault at a time, each at an exact point."""
    deck: list[Fault] = []
    while tally.faults < studio.plan.exact_faults and time.monotonic() < deadline:
        name, strike = _deal(deck, exact.all, studio)
        if outcome := strike():
            tally.note(name, outcome)
        _compare_books(studio, name)
        with team_scope(studio.team.pk):
            work_once()
        studio.decide()
    _say(f"first act: {tally.faults} faults")


def _second_act(studio: Studio, live: LiveFaults, tally: Tally, deadline: float) -> None:
    """Whatever goes on just then, with workers, web and people at their work."""
    deck: list[Fault] = []
    studio.most_films = studio.plan.films
    while tally.faults < studio.plan.faults and time.monotonic() < deadline:
        name, strike = _deal(deck, live.all, studio)
        _whatever_the_database_does(lambda: _be_busy(studio))
        if outcome := strike():
            tally.note(name, outcome)
        time.sleep(LIVE_SECONDS)
        live.database.start_if_ended()
        _compare_books(studio, name)
        if tally.faults >= studio.plan.faults:
            _take_back_unmet(studio, tally)
    _say(f"second act: {tally.faults} faults so far")


def _take_back_unmet(studio: Studio, tally: Tally) -> None:
    """What was switched on and nobody met, given some seconds: it did not happen."""

    def unmet() -> list[str]:
        _whatever_the_database_does(lambda: _be_busy(studio))
        active = studio.call("GET", "/sandbox/scenarios")["active"]
        return [f"far side: {one['name']}" for one in active]

    until = time.monotonic() + UNMET_SECONDS
    while unmet() and time.monotonic() < until:
        time.sleep(LIVE_SECONDS)
    for name in unmet():
        tally.take_back(name, 1)
    studio.call("DELETE", "/sandbox/scenarios")


def _be_busy(studio: Studio) -> None:
    for _ in range(studio.plan.commands_per_fault):
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

    def left() -> list[str]:
        return [*studio.unfinished(), *studio.restless(), *studio.differences()]

    def is_quiet() -> bool:
        while studio.plan.is_strict and studio.give_command() is not None:
            continue
        studio.hurry()
        studio.look_everywhere()
        studio.decide()
        sweep()
        return not left()

    try:
        wait_until(is_quiet, what="peace", seconds=studio.plan.peace_seconds, every=PEACE_PAUSE)
    except AssertionError:
        raise NightError("No peace: " + "; ".join(left()[:20])) from None
    _compare_books(studio, "peace")
    _say("peace: nothing lost, nothing paid twice, both sides agree")


def _compare_lines(studio: Studio) -> None:
    comparison = compare_lines(studio.team.pk, studio.ledger())
    _say(str(comparison))
    if comparison.differing:
        raise NightError("\n".join(comparison.differing))
