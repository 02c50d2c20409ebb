"""The people of the night: they order, generate, reopen, and decide what nobody else can know."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Connection, Dubbing, Film, Locale, OutboxMessage, Version
from dubbing.services.actors import DESK
from dubbing.services.assets import add_languages, submit_asset
from dubbing.services.candidates import confirm_candidate
from dubbing.services.clock import database_now
from dubbing.services.lanes import resume_lane
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.outbox import retry_message
from dubbing.services.refresh import ask_refresh
from dubbing.services.takebacks import send_now
from dubbing.services.versions import generate_version, revise_version
from dubbing.states import AssetStatus, FilmState, Kind, MessageState, Stage, VersionStatus
from tests.chaos.books import Entry, find_faults, find_lost, find_restless, find_unparked
from tests.chaos.plan import Plan
from tests.sandbox_process import KEY, SandboxHandle

# Longer than any request of the night can be under way.
DOUBT_SECONDS = 15

# What a person may meet who looks at the far side while it misbehaves.
TRIES = 3


@dataclass
class Studio:
    """One team; every method opens the scope it needs."""

    team: Team
    connection: Connection
    sandbox: SandboxHandle
    media_url: str
    chance: random.Random
    plan: Plan
    ordered: int = 0
    films: int = 0
    most_films: int = field(init=False)
    given: set[uuid.UUID] = field(default_factory=set)
    """Every command that was accepted: none may be lost."""
    far: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30), repr=False)

    def __post_init__(self) -> None:
        self.most_films = self.plan.early_films

    @contextmanager
    def scope(self) -> Iterator[None]:
        with team_scope(self.team.pk):
            yield

    def look(self, path: str) -> Any:
        """As call: an answer that was meant to break the desk's own look may come to this one."""
        for _ in range(TRIES - 1):
            with suppress(httpx.TransportError, httpx.HTTPStatusError):
                return self.call("GET", path)
        return self.call("GET", path)

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = self.far.request(method, self.sandbox.url + path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def switch_on(self, name: str, **how: object) -> None:
        self.call("POST", "/sandbox/scenarios", {"name": name, "times": 1} | how)

    def ledger(self) -> list[Entry]:
        entries: list[Entry] = self.look("/sandbox/ledger")["entries"]
        return entries

    def faults(self) -> list[str]:
        promises = find_faults(self.team.pk, self.ledger)
        return promises + find_lost(self.team.pk, self.given) + find_unparked(self.team.pk)

    def give_command(self) -> OutboxMessage | None:
        """Something that costs money, whatever fits just now; None if the plan has nothing."""
        message = self._choose_command()
        if message is not None:
            self.given.add(message.pk)
        return message

    def _choose_command(self) -> OutboxMessage | None:
        wishes = [self._generate, self._add_language, self._order]
        self.chance.shuffle(wishes)
        with self.scope():
            for wish in wishes:
                if (message := wish()) is not None:
                    return message
            return None if self.plan.is_strict else self._order(anyway=True)

    def _order(self, *, anyway: bool = False) -> Any:
        if self.ordered >= self.plan.videos and not anyway:
            return None
        locales = self.chance.sample(self._targets(), self.plan.languages)
        draft = AssetDraft(
            media_url=self.media_url,
            locale="en-US",
            title=f"Video {self.ordered + 1}",
            languages=[LanguageDraft(locale) for locale in locales],
        )
        asset: Asset = submit_asset(team=self.team, actor=DESK, draft=draft)
        self.ordered += 1
        return asset.messages.get()

    def _add_language(self) -> Any:
        ready = list(Asset.objects.filter(status=AssetStatus.READY).prefetch_related("dubbings"))
        self.chance.shuffle(ready)
        for asset in ready:
            taken = {dubbing.locale_id for dubbing in asset.dubbings.all()}
            free = sorted(set(self._targets()) - taken)
            if free and len(taken) < self.plan.most_languages:
                drafts = [LanguageDraft(self.chance.choice(free))]
                add_languages(asset=asset, actor=DESK, drafts=drafts)
                return asset.messages.order_by("-created_at", "-id").first()
        return None

    def _generate(self) -> Any:
        ready = Version.objects.filter(status=VersionStatus.READY_TO_EDIT)
        free = ready.exclude(messages__state__in=["waiting", "sending", "unconfirmed"])
        version = free.order_by("id").first()
        if version is None or self.films >= self.most_films:
            return None
        generate_version(version=version, actor=DESK)
        self.films += 1
        # A worker may have it already.
        return version.messages.filter(kind=Kind.GENERATE).latest("created_at")

    def revise_one(self) -> None:
        with self.scope():
            stored = Film.objects.stored().order_by("id")
            for film in stored.select_related("version")[:20]:
                if film.version.generation == 1 and film.version.status == VersionStatus.COMPLETED:
                    try:
                        revise_version(version=film.version, actor=DESK)
                    except ValidationError:
                        continue
                    return

    def _targets(self) -> list[str]:
        codes = Locale.objects.filter(can_target=True).exclude(code="en-US").order_by("code")
        return list(codes.values_list("code", flat=True)[:60])

    def decide(self) -> int:
        """A person who can see the far side's books settles what is in doubt; how many."""
        past = timezone.now() - timedelta(seconds=DOUBT_SECONDS)
        bought = {str(e["callback_url"]).rstrip("/")[-43:]: e["asset_id"] for e in self.ledger()}
        decided = 0
        with self.scope():
            doubtful = OutboxMessage.objects.filter(
                state=MessageState.UNCONFIRMED, unknown_at__lt=past
            )
            for message in doubtful.select_related("asset__connection", "version"):
                decided += self._decide_one(message, bought)
        return decided

    def _decide_one(self, message: OutboxMessage, bought: dict[str, str]) -> bool:
        asset = message.asset
        if asset.remote_id and self.is_there(message):
            ask_refresh(asset=asset)  # the look will prove it
            return False
        try:
            if message.kind == Kind.CREATE and (found := bought.get(asset.callback_token)):
                confirm_candidate(message=message, remote_id=found, actor=DESK)
            else:
                retry_message(message=message, actor=DESK)
        except ValidationError:
            return False  # settled meanwhile
        return True

    def is_there(self, message: OutboxMessage) -> bool:
        """Whether the far side's own words show what the message asked for."""
        if message.kind == Kind.CREATE:
            return True
        told = self.look(f"/v1/assets/{message.asset.remote_id}")
        if message.version is not None:
            words = {v["id"]: v["status"] for d in told["dubbings"] for v in d["versions"]}
            return words[message.version.remote_id] != "ReadyToEdit"
        locales = {dubbing["locale"] for dubbing in told["dubbings"]}
        wanted = message.asset.dubbings.filter(pk__in=message.payload["dubbings"])
        return set(wanted.values_list("locale_id", flat=True)) <= locales

    def hurry(self) -> None:
        """Somebody presses “Send now” and “Try again” wherever something waits."""
        resume_now = timezone.now()
        with self.scope():
            resume_lane(connection=self.connection)
            later = OutboxMessage.objects.filter(state=MessageState.WAITING, due_at__gt=resume_now)
            for message in later:
                try:
                    send_now(message=message)
                except ValidationError:
                    continue
            refused = OutboxMessage.objects.filter(state=MessageState.REFUSED)
            for message in refused:
                self._send_again(message)

    def look_everywhere(self) -> None:
        """Somebody opens every video, and asks for every copy once more."""
        now = database_now()
        with self.scope():
            unseen = Asset.objects.filter(refresh_due_at__gt=now + timedelta(seconds=2))
            unseen.update(refresh_due_at=now)
            Film.objects.due(now + timedelta(days=1)).update(due_at=now)

    def _send_again(self, message: OutboxMessage) -> None:
        try:
            retry_message(message=message, actor=DESK)
        except ValidationError:
            return

    def restless(self) -> list[str]:
        with self.scope():
            doubts = OutboxMessage.objects.filter(state=MessageState.UNCONFIRMED)
            waiting = [f"in doubt: {message.kind}" for message in doubts]
            films = Film.objects.filter(state=FilmState.WANTED)
            waiting += [f"film to be copied: {film.error_message}" for film in films]
        return find_restless(self.team.pk) + waiting

    def unfinished(self) -> list[str]:
        """Where the plan is a strict one: what of it is still to be ordered or made."""
        if not self.plan.is_strict:
            return []
        with self.scope():
            dubbings = Dubbing.objects.count()
            stages = Counter(Dubbing.objects.values_list("stage", flat=True))
        wanted = self.plan.videos * self.plan.most_languages
        if stages[Stage.FINISHED] + stages[Stage.READY] == wanted == dubbings:
            return []
        return [f"of {wanted} languages {dubbings} are ordered: {dict(stages)}"]

    def differences(self) -> list[str]:
        """Where our mirror differs from the far side, version by version."""
        found = []
        with self.scope():
            ours = dict(Version.objects.values_list("remote_id", "status"))
            assets = list(Asset.objects.exclude(remote_id="").values_list("remote_id", "status"))
        for remote_id, status in assets:
            told = self.look(f"/v1/assets/{remote_id}")
            if told["status"] != status:
                found.append(f"asset {remote_id}: {told['status']} there, {status} here")
            for version in (v for d in told["dubbings"] for v in d["versions"]):
                if ours.get(version["id"]) != version["status"]:
                    mine = ours.get(version["id"])
                    found.append(f"version {version['id']}: {version['status']}, here {mine}")
        return found


def forget_connections() -> None:
    """After the database has gone away."""
    connections.close_all()
