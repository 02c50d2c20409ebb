"""Faults at an exact point of one delivery, made with a worker that can be killed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from dubbing.models import Film, OutboxMessage
from dubbing.services.outbox import deliver_message
from dubbing.services.sweep import sweep
from dubbing.states import FilmState, MessageState
from tests.chaos.mortal import MortalWorker
from tests.chaos.points import Point
from tests.chaos.studio import Studio
from tests.faults.proxy import FaultProxy, Way, cut_answer, cut_request

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


@dataclass(frozen=True)
class ExactFaults:
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
            ("disk full while a film is copied", self._no_room_for_film),
        ]

    def _killing(self, point: Point) -> Callable[[], str]:
        def strike() -> str:
            message = self.studio.give_command()
            how = {"team": self.studio.team.pk, "row": message.pk}
            killed = self.mortal.deliver_and_die(point, proxy=self.proxy, **how)
            assert killed == 9, f"The worker survived {point} of {message.kind}."
            return self._heal(message)

        return strike

    def _scenario(self, name: str) -> Callable[[], str]:
        def strike() -> str:
            message = self.studio.give_command()
            calls = PAID_CALLS
            self.studio.switch_on(name, on=calls)
            self._deliver(message)
            self.studio.call("DELETE", "/sandbox/scenarios")
            return self._heal(message)

        return strike

    def _cut_request(self) -> str:
        return self._under(cut_request(self.studio.chance.randrange(0, 400), self._way()))

    def _cut_answer(self) -> str:
        return self._under(cut_answer(self.studio.chance.randrange(0, 400), self._way()))

    def _way(self) -> Way:
        return self.studio.chance.choice([Way.CLOSE, Way.RESET])

    def _under(self, fault: object) -> str:
        message = self.studio.give_command()
        self.proxy.next(fault)  # type: ignore[arg-type]
        self._deliver(message)
        return self._heal(message)

    def _refuse(self) -> str:
        message = self.studio.give_command()
        self.proxy.refuse()
        self._deliver(message)
        self.proxy.accept()
        return self._heal(message)

    def _clock(self) -> str:
        message = self.studio.give_command()
        seconds = self.studio.chance.choice(CLOCKS)
        how = {"team": self.studio.team.pk, "row": message.pk}
        if self.studio.chance.random() < 0.5:
            self.mortal.deliver_and_die(Point.ANSWERED, proxy=self.proxy, **how)
            self.mortal.work("sweep", clock=seconds, **how)
        self.mortal.work("deliver", clock=seconds, **how)
        return self._heal(message)

    def _no_room_for_film(self) -> str:
        with self.studio.scope():
            film = Film.objects.due(timezone.now()).first() or self._film_to_copy_again()
        if film is None:
            return "no film to copy"
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

    def _deliver(self, message: OutboxMessage) -> None:
        self.mortal.work("deliver", team=self.studio.team.pk, row=message.pk)

    def _heal(self, message: OutboxMessage) -> str:
        """Its lease runs out, the sweep looks, another worker goes on; what came of it."""
        with self.studio.scope():
            message.refresh_from_db()
            left = message.state
            past = timezone.now()
            OutboxMessage.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
                lease_until=past
            )
        sweep()
        self.studio.hurry()
        with self.studio.scope():
            deliver_message(message_id=message.pk)
            message.refresh_from_db()
        return f"{left} → {message.state}"
