"""Starts everything on this machine, keeps it running, and stops all of it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from config.local.crew import POLL_SECONDS, Crew, bury_orphans
from config.local.errors import StartError
from config.local.guard import Guard
from config.local.lifeline import adopt_orphans
from config.local.lineup import Ports, lineup
from config.local.postgres import LocalPostgres
from config.local.preparing import Owner, Preparing
from config.local.processes import rotate
from config.local.signals import Signals
from config.local.sources import database_state, static_state
from config.local.stamps import fingerprint, is_stamped, put_stamp
from config.local.terminal import say

READY_SECONDS = 90.0


@dataclass(frozen=True)
class Plan:
    data_dir: Path
    ports: Ports
    bind: str
    address: str  # what a person types into the browser
    database_url: str  # empty: our own server


class StopAskedError(Exception):
    """Somebody wants us to stop while we are still starting."""


class Supervisor:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.guard = Guard()
        adopt_orphans()
        self.signals = Signals()
        self.logs = plan.data_dir / "log"
        self.database = None if plan.database_url else LocalPostgres(plan.data_dir)
        self.preparing: Preparing | None = None
        self.crew = Crew(
            lineup(plan.ports, bind=plan.bind, data_dir=plan.data_dir),
            logs=self.logs,
            guard=self.guard,
        )

    def run(self) -> None:
        """Returns after an orderly stop; raises StartError when not everything gets ready."""
        try:
            self._get_ready()
            self._watch()
        except StopAskedError:
            return
        finally:
            self._stop()

    def _get_ready(self) -> None:
        if self.database:
            rotate(self.database.log)
            self.database.start()
        stamp = self.plan.data_dir / "run" / "prepared.stamp"
        wanted = self._prepared_state()
        self.crew.start_early(self._environment())
        is_unchanged = is_stamped(stamp, wanted)
        if not is_unchanged:
            say("Preparing the database and the pages…")
            self._wait_until_answering()
        self.preparing = preparing = self._prepare()
        if not is_unchanged:
            # Else what follows need not wait for the proof.
            self._wait_until_prepared(preparing)
        self.crew.start(self._environment())
        self._wait_until_answering(preparing)
        self._wait_until_prepared(preparing)
        owner = preparing.owner()
        put_stamp(stamp, wanted)
        say(self._ready_line(owner))

    def _prepared_state(self) -> str:
        cluster = self.database.place.cluster if self.database else None
        return fingerprint(database_state(cluster, self.plan.database_url), static_state())

    def _environment(self) -> dict[str, str]:
        """For what runs all the time: it never learns the way in as the tables' owner."""
        unwanted = ("DATABASE_OWNER_URL", "DUBDESK_DATABASE_ROLE")
        inherited = {key: value for key, value in os.environ.items() if key not in unwanted}
        return inherited | {
            "DATABASE_URL": self.database.url("app") if self.database else self.plan.database_url,
            "DUBDESK_DATA_DIR": str(self.plan.data_dir),
            "PYTHONUNBUFFERED": "1",
        }

    def _prepare(self) -> Preparing:
        own = self.database.url("owner") if self.database else None
        owner = own or os.environ.get("DATABASE_OWNER_URL") or self.plan.database_url
        as_owner = {"DATABASE_OWNER_URL": owner, "DUBDESK_DATABASE_ROLE": "owner"}
        return Preparing(self._environment() | as_owner, self.logs / "prepare.log")

    def _wait_until_prepared(self, preparing: Preparing) -> None:
        while not preparing.is_over():
            self._pause(1)
        preparing.raise_failure()

    def _wait_until_answering(self, preparing: Preparing | None = None) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while waiting := self.crew.waiting_for():
            if preparing and preparing.is_over():
                preparing.raise_failure()
            if time.monotonic() > deadline:
                names = " and ".join(waiting)
                raise StartError(f"No answer from {names} in {READY_SECONDS:g} s; see {self.logs}.")
            self._pause(POLL_SECONDS)

    def _pause(self, seconds: float) -> None:
        self.signals.wait(seconds)
        if self.signals.stops_asked:
            raise StopAskedError

    def _ready_line(self, owner: Owner) -> str:
        line = f"Dubdesk is ready: {self.plan.address} — sign in as {owner.email}"
        if owner.password:
            return f"{line} with the password {owner.password}"
        if owner.is_new:
            return f"{line} with the password from DUBDESK_OWNER_PASSWORD"
        return f"{line} (a new password: .venv/bin/python manage.py changepassword {owner.email})"

    def _watch(self) -> None:
        while True:
            self._pause(self.crew.tend())
            bury_orphans(self._known(), kill=False)
            if self.database and self.database.has_ended():
                self._start_database_again(self.database)

    def _start_database_again(self, database: LocalPostgres) -> None:
        say(f"The database ended and is started again; see {database.log}")
        try:
            database.start()
        except StartError as error:
            say(str(error))

    def _known(self) -> set[int]:
        database = self.database.pid if self.database else None
        known = (self.guard.pid, database, *(member.pid for member in self.crew.members))
        return {pid for pid in known if pid is not None}

    def _stop(self) -> None:
        if self.preparing:
            self.preparing.abandon()
        self.crew.stop(is_in_a_hurry=lambda: self.signals.stops_asked > 1)
        bury_orphans(self._known(), kill=True)
        if self.database and self.database.pid:
            self.database.stop()
        self.guard.dismiss()
