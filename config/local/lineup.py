"""Which processes one machine runs, with which words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.local.processes import Program

# Python runs one thread of a process at a time: two processes of six threads send a fifth more
# than one of twelve.
WORKERS = 2
GRANIAN = ("--backlog", "4096", "--no-ws", "--respawn-failed-workers", "--log-level", "warning")


@dataclass(frozen=True)
class Ports:
    web: int
    edge: int
    sandbox: int | None  # none: not wanted

    def named(self) -> dict[str, tuple[str, int]]:
        """Process → the variable that moves it, and its port."""
        found = {"web": ("PORT", self.web), "edge": ("EDGE_PORT", self.edge)}
        if self.sandbox is not None:
            found["sandbox"] = ("SANDBOX_PORT", self.sandbox)
        return found


def lineup(ports: Ports, *, bind: str, data_dir: Path) -> list[Program]:
    workers = [_worker(number, data_dir) for number in range(1, WORKERS + 1)]
    programs = [_web(ports.web, bind), _edge(ports.edge, bind), *workers]
    if ports.sandbox is not None:
        programs.append(_sandbox(ports.sandbox, data_dir))
    return programs


def _web(port: int, bind: str) -> Program:
    address = ("--host", bind, "--port", str(port), "--workers-kill-timeout", "5")
    strength = ("--workers", "2", "--blocking-threads", "4")
    words = ("--interface", "wsgi", *address, *strength, *GRANIAN, "config.wsgi:application")
    return Program("web", "granian", words, port=port, path="/health/live")


def _edge(port: int, bind: str) -> Program:
    # Long requests are its trade: at the end they are cut, not waited for.
    address = ("--host", bind, "--port", str(port), "--workers-kill-timeout", "2")
    words = ("--interface", "asgi", *address, "--workers", "1", *GRANIAN, "edge.app:app")
    return Program("edge", "granian", words, port=port, path="/health/live")


def _worker(number: int, data_dir: Path) -> Program:
    name = f"worker-{number}"
    # Threads: what tasks do is wait for others.
    pool = ("--pool", "threads", "--concurrency", "6", "--loglevel", "WARNING")
    # The clock ticks once.
    beat = ("--beat", "--schedule", str(data_dir / "run" / "beat-schedule")) if number == 1 else ()
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    known_as = ("--hostname", f"{name}@%h")
    words = ("--quiet", "--app", "config.celery", "worker", *pool, *known_as, *beat, *alone)
    return Program(name, "celery", words)


def _sandbox(port: int, data_dir: Path) -> Program:
    words = ("--port", str(port), "--data", str(data_dir / "sandbox"))
    return Program(
        "sandbox", "sandbox", words, port=port, path="/sandbox/health", needs_database=False
    )
