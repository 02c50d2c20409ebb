"""A worker that is killed with SIGKILL at a named point: the child's own entry script.

Started once, with Django loaded and no connection open. For each order (a line of JSON) it forks:
the fork does what a worker does, and kills itself where the order says. Only this script bends
the product, and only in the fork.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import django

django.setup()

import time_machine  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.scoping import team_scope  # noqa: E402
from dubbing.services import films, outbox, outcomes, refresh, sweep  # noqa: E402
from tests.chaos.points import Point  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _work_and_leave(order)
        _say(event="started", pid=pid)
        _, status = os.waitpid(pid, 0)
        _say(event="ended", signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _work_and_leave(order: dict[str, Any]) -> None:
    code = 1
    try:
        with ExitStack() as world:
            _bend(order, world)
            _work(order)
            if order.get("point") == Point.AFTER_SETTLING:
                _die()
        code = 0
    except Exception as error:
        # What a worker would log: the order's caller reads the rows, not this.
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _work(order: dict[str, Any]) -> None:
    if order["task"] == "sweep":
        sweep.sweep()
        return
    row = uuid.UUID(order["row"])
    with team_scope(uuid.UUID(order["team"])):
        if order["task"] == "deliver":
            outbox.deliver_message(message_id=row)
        elif order["task"] == "refresh":
            refresh.refresh_asset_if_due(asset_id=row)
        else:
            films.archive_film(film_id=row)


def _bend(order: dict[str, Any], world: ExitStack) -> None:
    if seconds := order.get("clock"):
        moment = timezone.now().timestamp() + seconds
        world.enter_context(time_machine.travel(moment, tick=True))
    if (size := order.get("largest_file")) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    match order.get("point"):
        case Point.BEFORE_CLAIM:
            outbox._claim = _die
        case Point.AFTER_CLAIM:
            outbox._mark_claimed = _then_die(outbox._mark_claimed)
        case Point.ABOUT_TO_SEND:
            outbox.call_engine = _die
        case Point.ANSWERED:
            outcomes.settle_done = _die
            outbox.settle_failure = _die


def _die(*_: Any, **__: Any) -> Any:
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(step: Callable[..., Any]) -> Callable[..., Any]:
    def taken(*words: Any, **named: Any) -> None:
        step(*words, **named)
        _die()

    return taken


if __name__ == "__main__":
    main()
