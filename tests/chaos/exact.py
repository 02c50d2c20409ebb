"""Faults at an exact point of one delivery, made with a worker that can be killed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from dubbing.models import Asset, Film, OutboxMessage
from dubbing.services.clock import database_now
from dubbing.services.outbox import deliver_message
from dubbing.services.refresh import ask_refresh, time_between_looks
from dubbing.services.sweep import sweep
from dubbing.states import FilmState, MessageState
from tests.chaos.mortal import MortalWorker
from tests.chaos.points import Point
from tests.chaos.stage import wait_until
from tests.chaos.studio import Studio
from tests.faults.proxy import Fault, FaultProxy, Way, cut_answer, cut_request
from tests.work import work_once

SCENARIOS = (
    "server-error",
    "error-after-work",
    "too-many-requests",
    "unavailable",
    "key-revoked",
    "limit-reached",
    "lost-request",
    "lost-answer",
    "half-answer",
    "unknown-status",
)
PAID_CALLS = ["create", "languages", "generate"]
CLOCKS = (-7200, 20, 7200)
HEALED = frozenset(MessageState) - {MessageState.SENDING}


@dataclass(frozen=True)
class ExactFaults:
    """Each answers what came of it; empty where there was nothing to strike."""

    studio: Studio
    mortal: MortalWorker
    proxy: FaultProxy

    def all(self) -> list[tuple[str, Callable[[], str]]]:
        points = [(f"kill -9 of worker: {point}", self._killing(point)) for point in Point]
        scenarios = [(f"far side: {name}", self._scenario(name)) for name in SCENARIOS]
        return [
            *points,
            *points,
            *scenarios,
            ("network cut in the request", self._cut_request),
            ("network cut in the answer", self._cut_answer),
            ("network: connection refused", self._refuse),
            ("clock of a worker jumps", self._clock),
            ("clock of a worker jumps", self._clock),
            ("clock of a worker jumps before a look", self._clock_of_a_look),
            ("disk full while a film is copied", self._no_room_for_film),
        ]

    def _killing(self, point: Point) -> Callable[[], str]:
        def strike() -> str:
            message = self._command()
            how = {"team": self.studio.team.pk, "row": message.pk}
            killed = self.mortal.deliver_and_die(point, proxy=self.proxy, **how)
            assert killed == 9, f"The worker survived {point} of {message.kind}."
            return self._heal(message)

        return strike

    def _scenario(self, name: str) -> Callable[[], str]:
        def strike() -> str:
            message = self._command()
            self.studio.switch_on(name, on=PAID_CALLS)
            self._deliver(message)
            was_met = not self.studio.call("GET", "/sandbox/scenarios")["active"]
            self.studio.call("DELETE", "/sandbox/scenarios")
            outcome = self._heal(message)
            return outcome if was_met else ""

        return strike

    def _cut_request(self) -> str:
        return self._under(cut_request(self.studio.chance.randrange(0, 400), self._way()))

    def _cut_answer(self) -> str:
        return self._under(cut_answer(self.studio.chance.randrange(0, 400), self._way()))

    def _way(self) -> Way:
        return self.studio.chance.choice([Way.CLOSE, Way.RESET])

    def _under(self, fault: Fault) -> str:
        message = self._command()
        seen = len(self.proxy.passages)
        self.proxy.next(fault)
        self._deliver(message)
        has_struck = any(one.has_struck for one in self.proxy.passages[seen:])
        outcome = self._heal(message)
        return outcome if has_struck else ""

    def _refuse(self) -> str:
        message = self._command()
        self.proxy.refuse()
        self._deliver(message)
        self.proxy.accept()
        return self._heal(message)

    def _clock(self) -> str:
        message = self._command()
        seconds = self.studio.chance.choice(CLOCKS)
        how = {"team": self.studio.team.pk, "row": message.pk}
        if self.studio.chance.random() < 0.5:
            self.mortal.deliver_and_die(Point.ANSWERED, proxy=self.proxy, **how)
            self.mortal.work("sweep", clock=seconds, **how)
        self.mortal.work("deliver", clock=seconds, **how)
        return self._heal(message)

    def _clock_of_a_look(self) -> str:
        with self.studio.scope():
            rows = list(Asset.objects.exclude(remote_id="").order_by("id"))
            if not rows:
                return ""
            known = self.studio.chance.choice(rows)
            ask_refresh(asset=known)
        seconds = self.studio.chance.choice(CLOCKS)
        how = {"team": self.studio.team.pk, "row": known.pk}
        self.mortal.work("refresh", clock=seconds, **how)
        with self.studio.scope():
            known.refresh_from_db()
            latest = database_now() + time_between_looks(known)
        assert known.refresh_due_at <= latest, f"put off until {known.refresh_due_at} by {seconds}"
        return "looked"

    def _no_room_for_film(self) -> str:
        with self.studio.scope():
            film = Film.objects.due(timezone.now()).first() or self._film_to_copy_again()
        if film is None:
            return ""
        how = {"team": self.studio.team.pk, "row": film.pk}
        self.mortal.work("archive", largest_file=4096, **how)
        with self.studio.scope():
            film.refresh_from_db()
            assert film.state == FilmState.WANTED, (
                f"A film of which nothing could be kept: {film.state}"
            )
            Film.objects.filter(pk=film.pk).update(lease_until=None, due_at=timezone.now())
        self.mortal.work("archive", **how)
        with self.studio.scope():
            film.refresh_from_db()
        return f"film {film.state}"

    def _film_to_copy_again(self) -> Film | None:
        film: Film | None = Film.objects.stored().order_by("id").first()
        if film is not None:
            Film.objects.filter(pk=film.pk).update(
                state=FilmState.WANTED, file="", sha256="", size=None, due_at=timezone.now()
            )
        return film

    def _command(self) -> OutboxMessage:
        """Waits for something that the plan has to give."""
        given: list[OutboxMessage] = []

        def is_given() -> bool:
            message = self.studio.give_command()
            if message is not None:
                given.append(message)
            else:
                with self.studio.scope():
                    work_once()
            return bool(given)

        wait_until(is_given, what="something to order")
        return given[0]

    def _deliver(self, message: OutboxMessage) -> None:
        self.mortal.work("deliver", team=self.studio.team.pk, row=message.pk)

    def _heal(self, message: OutboxMessage) -> str:
        """Its lease runs out, the sweep looks, another worker goes on; what came of it."""
        with self.studio.scope():
            message.refresh_from_db()
            left = message.state
            OutboxMessage.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
                lease_until=database_now()
            )
        sweep()
        self.studio.hurry()
        with self.studio.scope():
            deliver_message(message_id=message.pk)
            message.refresh_from_db()
        assert message.state in HEALED, f"Left in the air: {message.kind} is {message.state}"
        return f"{left} → {message.state}"
