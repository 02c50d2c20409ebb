"""Works off what is owed, a few jobs at a time, until told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sandbox.installation import Installation
from sandbox.media.runner import WorkerDiedError
from sandbox.states import JobKind
from sandbox.steps import (
    ingest_asset,
    make_film,
    prepare_version,
    refuse_asset,
    refuse_film,
    refuse_version,
)
from sandbox.store.jobs import Job, claim_job, finish_job, seconds_to_next_job

log = logging.getLogger(__name__)

_STEPS: dict[JobKind, Callable[[Installation, str], None]] = {
    JobKind.INGEST: ingest_asset,
    JobKind.PREPARE: prepare_version,
    JobKind.GENERATE: make_film,
}
_TOO_HEAVY = "the media could not be worked on within the limits of the sandbox"
_REFUSALS: dict[JobKind, Callable[[Installation, str, str], None]] = {
    JobKind.INGEST: refuse_asset,
    JobKind.PREPARE: refuse_version,
    JobKind.GENERATE: refuse_film,
}


class Engine:
    def __init__(self, here: Installation) -> None:
        self._here = here
        self._threads = [
            threading.Thread(target=self._serve, name=f"engine-{number}", daemon=True)
            for number in range(here.settings.workers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the media subprocesses; their jobs stay owed."""
        self._here.wake.stop()
        self._here.runner.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def _serve(self) -> None:
        wake = self._here.wake
        while not wake.is_stopping:
            seen = wake.calls
            job = claim_job(self._here.database)
            if job is None:
                wake.wait(seen, seconds_to_next_job(self._here.database))
            else:
                self._do(job)

    def _do(self, job: Job) -> None:
        try:
            _STEPS[job.kind](self._here, job.subject)
        except WorkerDiedError as error:
            if self._here.wake.is_stopping:
                return
            log.warning("%s of %s: %s", job.kind, job.subject, error)
            _REFUSALS[job.kind](self._here, job.subject, _TOO_HEAVY)
        except Exception:
            # A fault of ours must not stop the thread; the row says that it failed.
            if self._here.wake.is_stopping:
                return
            log.exception("%s of %s", job.kind, job.subject)
            _REFUSALS[job.kind](self._here, job.subject, "an internal error of the sandbox")
        finish_job(self._here.database, job)
        self._here.wake.call()
