"""One sandbox with its data folder: what every part of it needs to have at hand."""

from __future__ import annotations

import fcntl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.keys import CallbackKey, LinkKey, Purpose
from sandbox.media.runner import MediaRunner
from sandbox.misbehaviour import Misbehaviour
from sandbox.settings import SettingError, Settings
from sandbox.store.database import Database
from sandbox.store.jobs import release_jobs
from sandbox.wire import DIALECTS, Dialect


class Wake:
    """Tells waiting threads that there may be something to do, or that it is over."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._calls = 0
        self.is_stopping = False

    def call(self) -> None:
        with self._condition:
            self._calls += 1
            self._condition.notify_all()

    def stop(self) -> None:
        self.is_stopping = True
        self.call()

    @property
    def calls(self) -> int:
        return self._calls

    def wait(self, since: int, seconds: float | None) -> None:
        """Returns at once when a call came after `since` was read."""
        with self._condition:
            if self._calls == since and not self.is_stopping:
                self._condition.wait(seconds)


@dataclass(frozen=True)
class Quirks:
    """How one request sees the installation while a scenario bends it."""

    has_lapsed_links: bool = False
    halves_films: bool = False
    omitted_assets: int = 0


@dataclass(frozen=True)
class Installation:
    settings: Settings
    dialect: Dialect
    public_url: str
    database: Database
    callback_key: CallbackKey
    link_key: LinkKey
    runner: MediaRunner
    wake: Wake
    misbehaviour: Misbehaviour
    lock: IO[bytes]
    quirks: Quirks = Quirks()

    @property
    def media_dir(self) -> Path:
        return self.settings.data_dir / "media"

    @property
    def films_dir(self) -> Path:
        return self.settings.data_dir / "films"

    def studio_url(self, version_id: str) -> str:
        """Unsigned: whoever opens it has to sign in."""
        return f"{self.public_url}/studio/versions/{version_id}"

    def signed_studio_url(self, version_id: str, seconds: int) -> str:
        token = self._token("studio", version_id, seconds)
        return f"{self.studio_url(version_id)}?token={token}"

    def film_url(self, version_id: str, generation: int) -> str:
        film = f"{version_id}-{generation}"
        token = self._token("film", film, self.settings.link_seconds)
        return f"{self.public_url}/films/{film}.mp4?token={token}"

    def _token(self, purpose: Purpose, subject: str, seconds: int) -> str:
        lifetime = -1 if self.quirks.has_lapsed_links else seconds
        return self.link_key.token(purpose, subject, lifetime)


def open_installation(settings: Settings, public_url: str) -> Installation:
    """Raises SettingError when the folder cannot be used or another sandbox has it."""
    folder = settings.data_dir
    try:
        for path in (folder, folder / "media", folder / "films"):
            path.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SettingError(f"another sandbox is running on {folder}") from None
    except OSError as error:
        raise SettingError(f"the data folder {folder} cannot be used: {error.strerror}") from None
    database = Database(folder / "sandbox.sqlite3")
    release_jobs(database)
    return Installation(
        settings=settings,
        dialect=DIALECTS[settings.dialect],
        public_url=public_url,
        database=database,
        callback_key=CallbackKey(folder / "callback-key.pem"),
        link_key=LinkKey(folder / "link-key"),
        runner=MediaRunner(),
        wake=Wake(),
        misbehaviour=Misbehaviour(settings.scenarios),
        lock=lock,
    )
