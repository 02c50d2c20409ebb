"""Tells open pages that a video has changed: NOTIFY, which edge passes on to its viewers.

Never within the transaction that changes it: notifying commits wait for each other, which costs
half of what callbacks could be taken in. So ids are gathered here, and one thread of the process
reads their present revisions and tells them, over a connection of its own. It never blocks or fails
whoever calls; pages that hear nothing ask by themselves.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterable
from typing import Any

import psycopg
from django.db import connection as database
from django.db import transaction

logger = logging.getLogger(__name__)

CHANNEL = "dubdesk_live"
# The first change goes out at once; those of the next moment go together.
STEP_SECONDS = 0.015
# Of a worker with a backlog those are dozens a second, and nobody pressed a key for any of them.
WORKER_STEP_SECONDS = 0.1
RETRY_SECONDS = 1.0
IDLE_SECONDS = 30.0
# More than these at once are told as “everything of this team”.
MOST_CHANGES = 5000
MOST_TEAMS = 5000
CONNECT_SECONDS = 5
DJANGOS_OWN = ("cursor_factory", "context", "prepare_threshold")
# Of at most 100 bytes each: a message holds 8,000.
LINES = 75

TELL = f"""
WITH changed AS (
    SELECT concat_ws(':', 'asset', team_id, id, revision) AS line,
           row_number() OVER () / {LINES} AS part
    FROM dubbing_asset WHERE id = ANY(%(assets)s)
    UNION ALL
    SELECT concat_ws(':', 'all', team), -1 - row_number() OVER () / {LINES}
    FROM unnest(%(teams)s::uuid[]) AS team
)
SELECT count(pg_notify('{CHANNEL}', lines))
FROM (SELECT string_agg(line, E'\\n') AS lines FROM changed GROUP BY part) AS told
"""  # noqa: S608  (constants of ours)


class Publisher:
    """One per process; its thread lives while there is something to tell, and half a minute on."""

    def __init__(self) -> None:
        self.step_seconds = STEP_SECONDS
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._assets: dict[uuid.UUID, uuid.UUID] = {}  # id → team
        self._teams: set[uuid.UUID] = set()  # of which everything may have changed
        self._thread: threading.Thread | None = None
        self._is_ending = False
        self._is_waiting = False  # for a database that is away

    def tell(self, team_id: uuid.UUID, asset_id: uuid.UUID) -> None:
        with self._lock:
            if team_id not in self._teams:
                self._assets[asset_id] = team_id
            if len(self._assets) > MOST_CHANGES:
                self._widen(self._assets)
                self._assets = {}
            self._wake()

    def _widen(self, assets: dict[uuid.UUID, uuid.UUID]) -> None:
        """What cannot be told one by one. Beyond any number of teams it is dropped: they ask."""
        room = MOST_TEAMS - len(self._teams)
        self._teams.update(list(set(assets.values()) - self._teams)[:room])

    def _wake(self) -> None:
        if self._thread is None:
            self._is_ending = False
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()
        self._news.set()

    def end(self) -> None:
        """Tells what is left and lets go of the database."""
        with self._lock:
            thread, self._is_ending = self._thread, True
            self._news.set()
        if thread is not None:
            thread.join(CONNECT_SECONDS)

    def _run(self) -> None:
        line = _Line()
        try:
            while self._await_news():
                self._tell_all(line)
                time.sleep(self.step_seconds)
        finally:
            line.close()
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _await_news(self) -> bool:
        """False: there has been none for long, and the next comes to another thread."""
        if not self._is_ending:
            self._news.wait(IDLE_SECONDS)
        with self._lock:
            if self._assets or self._teams:
                return True
            self._news.clear()
            self._thread = None
            return False

    def _take(self) -> tuple[dict[uuid.UUID, uuid.UUID], set[uuid.UUID]]:
        with self._lock:
            self._news.clear()
            taken = self._assets, self._teams
            self._assets, self._teams = {}, set()
        return taken

    def _tell_all(self, line: _Line) -> None:
        assets, teams = self._take()
        try:
            line.notify(assets, teams)
        except psycopg.Error as error:
            if not self._is_waiting:
                logger.warning("news waits for the database: %s", type(error).__name__)
            self._is_waiting = True
            self._put_back(assets, teams)
            time.sleep(RETRY_SECONDS)
        else:
            self._is_waiting = False

    def _put_back(self, assets: dict[uuid.UUID, uuid.UUID], teams: set[uuid.UUID]) -> None:
        with self._lock:
            if self._is_ending:
                return
            self._teams |= teams
            self._widen(assets)
            self._news.set()


class _Line:
    """The publisher's own connection."""

    def __init__(self) -> None:
        self._server: psycopg.Connection[Any] | None = None

    def notify(self, assets: Iterable[uuid.UUID], teams: Iterable[uuid.UUID]) -> None:
        told = {"assets": list(assets), "teams": list(teams)}
        try:
            self._connected().execute(TELL, told, prepare=True)
        except psycopg.OperationalError:
            # The kept connection may have died meanwhile.
            self.close()
            self._connected().execute(TELL, told, prepare=True)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._server is None or self._server.closed:
            words = database.get_connection_params()
            own = {name: word for name, word in words.items() if name not in DJANGOS_OWN}
            self._server = psycopg.connect(**own, autocommit=True)
        return self._server

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


publisher = Publisher()


def after_commit(team_id: uuid.UUID, asset_id: uuid.UUID) -> None:
    """Open pages of the team learn that this video has changed, once that is committed."""
    transaction.on_commit(lambda: publisher.tell(team_id, asset_id), robust=True)
