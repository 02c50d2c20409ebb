"""Work that is owed. A job lives until it is done, so a restart takes it up again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox.states import JobKind
from sandbox.store.database import Database


@dataclass(frozen=True)
class Job:
    seq: int
    kind: JobKind
    subject: str


def add_job(database: Database, kind: JobKind, subject: str, *, after_seconds: float) -> None:
    database.change(
        "INSERT INTO jobs (kind, subject, due_at) VALUES (?, ?, ?)",
        (kind, subject, time.time() + after_seconds),
    )


def claim_job(database: Database) -> Job | None:
    row = database.row(
        "UPDATE jobs SET is_running = 1 WHERE seq = (SELECT seq FROM jobs "
        "WHERE is_running = 0 AND due_at <= ? ORDER BY due_at, seq LIMIT 1) RETURNING *",
        (time.time(),),
    )
    return Job(row["seq"], JobKind(row["kind"]), row["subject"]) if row else None


def finish_job(database: Database, job: Job) -> None:
    database.change("DELETE FROM jobs WHERE seq = ?", (job.seq,))


def release_jobs(database: Database) -> None:
    """Gives back what a process that is gone had claimed."""
    database.change("UPDATE jobs SET is_running = 0")


def seconds_to_next_job(database: Database) -> float | None:
    row = database.row("SELECT min(due_at) FROM jobs WHERE is_running = 0")
    return None if row is None or row[0] is None else max(0.0, row[0] - time.time())
