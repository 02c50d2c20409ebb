"""Commands, answers, callbacks and looks in any order, against a far side in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.scoping import team_scope
from dubbing.models import Asset, Film, OutboxMessage, Version
from dubbing.services import clients
from dubbing.services.actors import DESK
from dubbing.services.callbacks import receive_callback
from dubbing.services.fences import next_fence
from dubbing.services.lanes import resume_lane
from dubbing.services.mirror import apply_snapshot
from dubbing.services.outbox import deliver_message, retry_message
from dubbing.services.proofs import settle_proven
from dubbing.services.refresh import fetch_asset, refresh_asset_if_due
from dubbing.services.versions import (
    generate_version,
    revise_version,
    why_not_generate,
    why_not_revise,
)
from dubbing.states import Cause, Kind, MessageState
from tests.builders import make_connection, make_team
from tests.chaos.books import find_faults, find_wrong_payments
from tests.chaos.far_end import FarEnd, Mood
from tests.chaos.films import stored_copy
from tests.dubbing.brakes.conftest import give_video
from tests.dubbing.signing import sign

MOST_VIDEOS = 3
# By which rows are due, whatever the difference between our clock and the database's.
HOUR = timedelta(hours=1)
PICKS = st.integers(0, 10**6)
# Else hardly a walk would come as far as a film.
MOODS = st.sampled_from([Mood.KIND] * len(Mood) + list(Mood))
Look = tuple[Any, Any, Any, int]


class Desk(RuleBasedStateMachine):
    """One team. A step is one thing that a person, the far side, the network or the desk does."""

    far: FarEnd

    @initialize()
    def open(self) -> None:
        self.example = transaction.atomic()
        self.example.__enter__()
        self.team = make_team()
        self.connection = make_connection(self.team)
        self.looks: list[Look] = []
        self.far.__init__()  # type: ignore[misc]
        self.scope = team_scope(self.team.pk)
        self.scope.__enter__()
        self._deliver(give_video(self.team))
        self.far_side_works(pick=0, fails=False)
        self.tell(pick=0)

    def teardown(self) -> None:
        if not hasattr(self, "scope"):
            return
        try:
            self._close_in_peace()
            assert find_faults(self.team.pk, lambda: self.far.ledger) == []
        finally:
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    @rule()
    @precondition(lambda self: Asset.objects.count() < MOST_VIDEOS)
    def order_video(self) -> None:
        give_video(self.team)

    @rule(mood=MOODS, pick=PICKS, in_flight=st.sampled_from(["", "told", "look", "early look"]))
    @precondition(lambda self: bool(self._messages(MessageState.WAITING)))
    def deliver(self, mood: Mood, pick: int, in_flight: str) -> None:
        waiting = self._messages(MessageState.WAITING)
        if waiting:
            self.far.mood = mood
            if in_flight == "early look":
                self.far.before = [lambda: self.begin_look(pick=pick)]
            self.far.meanwhile = self._meanwhile(in_flight, pick)
            self._deliver(waiting[pick % len(waiting)])
            self.far.mood, self.far.before, self.far.meanwhile = Mood.KIND, [], []

    def _meanwhile(self, what: str, pick: int) -> list[Callable[[], None]]:
        """Comes while the answer is still on its way."""
        if what == "told":
            return [lambda: self.tell(pick=len(self.far.told) - 1)]
        return [lambda: self.begin_look(pick=pick)] if what == "look" else []

    def _deliver(self, message: OutboxMessage) -> None:
        resume_lane(connection=self.connection)
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now() - HOUR)
        deliver_message(message_id=message.pk)

    @rule(pick=PICKS)
    @precondition(lambda self: bool(self._messages(MessageState.UNCONFIRMED)))
    def decide(self, pick: int) -> None:
        """A person sends once more what the far side's books do not show."""
        if unbought := self._unbought():
            retry_message(message=unbought[pick % len(unbought)], actor=DESK)

    def _unbought(self) -> list[OutboxMessage]:
        doubtful = self._messages(MessageState.UNCONFIRMED)
        return [message for message in doubtful if not self._was_bought(message)]

    def _was_bought(self, message: OutboxMessage) -> bool:
        lines = [str(line) for line in self.far.ledger]
        if message.kind == Kind.CREATE:
            return any(message.asset.callback_token in line for line in lines)
        done = message.version.messages.filter(kind=Kind.GENERATE, state=MessageState.DONE)
        paid = [line for line in self.far.ledger if line["version_id"] == message.version.remote_id]
        return len(paid) > done.count()

    @rule(pick=PICKS)
    def generate(self, pick: int) -> None:
        free = [v for v in self._free_versions() if not why_not_generate(v)]
        if free:
            generate_version(version=free[pick % len(free)], actor=DESK)

    @rule(pick=PICKS)
    def revise(self, pick: int) -> None:
        Film.objects.filter(state="wanted").update(**stored_copy())
        free = [v for v in self._free_versions() if not why_not_revise(v)]
        if free:
            revise_version(version=free[pick % len(free)], actor=DESK)

    def _free_versions(self) -> list[Version]:
        opened = [MessageState.WAITING, MessageState.SENDING, MessageState.UNCONFIRMED]
        busy = OutboxMessage.objects.filter(state__in=opened).exclude(version=None)
        rows = Version.objects.exclude(pk__in=busy.values("version_id"))
        return list(rows.select_related("asset__connection").order_by("id"))

    @rule(pick=PICKS, fails=st.sampled_from([False, False, False, True]))
    @precondition(lambda self: bool(self.far.versions("NotReady", "Generating")))
    def far_side_works(self, pick: int, fails: bool) -> None:
        moving = self.far.versions("NotReady", "Generating")
        if not moving:
            return
        version = moving[pick % len(moving)]
        preparing = version["status"] == "NotReady"
        status = "Failed" if fails else "ReadyToEdit" if preparing else "Completed"
        good, bad = ("ready", "failed") if preparing else ("generated", "generate_failed")
        self.far.move(version, status, f"version_{bad if fails else good}")

    @rule(pick=PICKS)
    def tell(self, pick: int) -> None:
        """Any callback so far, in any order, any number of times."""
        if self.far.told:
            token, body = self.far.told[pick % len(self.far.told)]
            receive_callback(token=token, body=body, headers={"X-Signature": sign(body)})

    @rule(pick=PICKS)
    def begin_look(self, pick: int) -> None:
        known = list(Asset.objects.exclude(remote_id="").order_by("id"))
        if known:
            asset = known[pick % len(known)]
            fence = next_fence()
            self.looks.append((asset, *fetch_asset(asset=asset), fence))

    @rule(pick=PICKS)
    @precondition(lambda self: bool(self.looks))
    def end_look(self, pick: int) -> None:
        asset, snapshot, details, fence = self.looks.pop(pick % len(self.looks))
        self._apply(asset, snapshot, details, fence)

    def _apply(self, asset: Any, snapshot: Any, details: Any, fence: int) -> None:
        apply_snapshot(
            asset_id=asset.pk,
            snapshot=snapshot,
            details=details,
            fence=fence,
            cause=Cause.SNAPSHOT,
        )
        settle_proven(asset=asset)

    @invariant()
    def both_books_agree(self) -> None:
        if hasattr(self, "scope"):
            assert find_wrong_payments(self.team.pk, self.far.ledger) == []

    def _messages(self, state: MessageState) -> list[OutboxMessage]:
        rows = OutboxMessage.objects.filter(state=state).select_related("asset", "version")
        return list(rows.order_by("id"))

    def _one_round_of_peace(self) -> None:
        for message in self._unbought():
            retry_message(message=message, actor=DESK)
        for message in self._messages(MessageState.WAITING):
            self._deliver(message)
        for asset in Asset.objects.exclude(remote_id=""):
            Asset.objects.filter(pk=asset.pk).update(
                refresh_due_at=timezone.now() - HOUR, refresh_lease_until=None
            )
            refresh_asset_if_due(asset_id=asset.pk)

    def _close_in_peace(self) -> None:
        """A kind network, a person who decides, and a look at each: then both sides agree."""
        for token, body in self.far.told:
            receive_callback(token=token, body=body, headers={"X-Signature": sign(body)})
        for _ in range(8):
            self._one_round_of_peace()
            if not self._messages(MessageState.WAITING) and not self._unbought():
                break
        assert self._messages(MessageState.WAITING) == []
        assert self._messages(MessageState.SENDING) == []
        for message in self._messages(MessageState.UNCONFIRMED):
            assert self._was_bought(message), "a doubt without a reason"
        ours = dict(Version.objects.values_list("remote_id", "status"))
        known = set(Asset.objects.exclude(remote_id="").values_list("remote_id", flat=True))
        theirs = {
            version["id"]: version["status"]
            for version in self.far.versions_of_all()
            if version["asset_id"] in known
        }
        assert ours == theirs


@pytest.fixture
def machine(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Desk]]:
    far = FarEnd()
    client = far.client()
    monkeypatch.setattr(clients, "http_client", lambda: client)
    yield type("Desk", (Desk,), {"far": far})
    client.close()


def walk(machine: type[Desk], *, examples: int, steps: int, derandomize: bool) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_short_walk_breaks_no_promise(machine: type[Desk]) -> None:
    walk(machine, examples=12, steps=40, derandomize=True)


@pytest.mark.slow
@pytest.mark.parametrize("half", ["first half", "second half"])
def test_ten_thousand_steps_break_no_promise(machine: type[Desk], half: str) -> None:
    walk(machine, examples=35, steps=150, derandomize=False)
