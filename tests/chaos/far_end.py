"""A far side in plain Python behind httpx: quick, and stopped between any two of its moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

import httpx


class Mood(StrEnum):
    """What becomes of the next call that changes something."""

    KIND = auto()
    UNREACHABLE = auto()
    LOST_REQUEST = auto()
    LOST_ANSWER = auto()
    FAILS = auto()
    FAILS_AFTER_WORK = auto()
    GARBLED = auto()
    BUSY = auto()


WORKS = frozenset({Mood.KIND, Mood.LOST_ANSWER, Mood.FAILS_AFTER_WORK, Mood.GARBLED})
Words = dict[str, Any]


@dataclass
class FarEnd:
    """`before` happens when the next call arrives, `meanwhile` between its work and its answer."""

    mood: Mood = Mood.KIND
    before: list[Callable[[], None]] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    assets: dict[str, Words] = field(default_factory=dict)
    ledger: list[Words] = field(default_factory=list)
    told: list[tuple[str, bytes]] = field(default_factory=list)
    """Callbacks so far: the asset's token and the body."""

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._serve))

    def versions(self, *statuses: str) -> list[Words]:
        every = [version for asset in self.assets.values() for version in asset["versions"]]
        return [version for version in every if version["status"] in statuses]

    def move(self, version: Words, status: str, event: str) -> None:
        version["status"] = status
        asset = self.assets[version["asset_id"]]
        words = {
            "event": event,
            "asset_id": asset["id"],
            "version_id": version["id"],
            "version_locale": version["locale"],
        }
        self.told.append((asset["token"], json.dumps(words).encode()))

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return self._read(request.url.path)
        mood, self.mood = self.mood, Mood.KIND
        if mood is Mood.UNREACHABLE:
            raise httpx.ConnectError("nobody listens")
        _let_happen(self.before)
        answer = self._work(request) if mood in WORKS else None
        _let_happen(self.meanwhile)
        if mood in (Mood.LOST_ANSWER, Mood.LOST_REQUEST):
            raise httpx.ReadError("the line is dead")
        if mood is Mood.BUSY:
            return httpx.Response(429, headers={"Retry-After": "1"}, json={"detail": "busy"})
        if mood is Mood.GARBLED:
            return httpx.Response(200, content=b"{")
        if answer is None or mood is Mood.FAILS_AFTER_WORK:
            return httpx.Response(500, json={"detail": "internal error"})
        return answer

    def _read(self, path: str) -> httpx.Response:
        kind, name = path.strip("/").split("/")[1:3]
        if kind == "assets" and name in self.assets:
            return httpx.Response(200, json=self._asset_body(self.assets[name]))
        return httpx.Response(404, json={"detail": f"no such thing as {name}"})

    def _work(self, request: httpx.Request) -> httpx.Response:
        steps = request.url.path.strip("/").split("/")[1:]
        body = json.loads(request.content or b"{}")
        if steps == ["assets"]:
            return self._create(body)
        verb = steps[2]
        if verb == "languages":
            return self._add_languages(self.assets[steps[1]], body)
        version = next(v for v in self.versions_of_all() if v["id"] == steps[1])
        return self._command(version, verb)

    def versions_of_all(self) -> list[Words]:
        return [version for asset in self.assets.values() for version in asset["versions"]]

    def _create(self, body: Words) -> httpx.Response:
        token = body["callback_url"].rstrip("/").rpartition("/")[2]
        name = f"far-{token[:8]}-{len(self.assets)}"
        asset = {"id": name, "status": "Ready", "token": token, "versions": []}
        self.assets[name] = asset
        self._pay("create", asset, callback_url=body["callback_url"])
        self._new_versions(asset, body)
        return httpx.Response(201, json=self._asset_body(asset))

    def _add_languages(self, asset: Words, body: Words) -> httpx.Response:
        self._pay("languages", asset, locales=[entry["locale"] for entry in body["languages"]])
        self._new_versions(asset, body)
        return httpx.Response(200, json=self._asset_body(asset))

    def _new_versions(self, asset: Words, body: Words) -> None:
        for entry in body["languages"]:
            name = f"{asset['id']}-v{len(asset['versions'])}"
            words = {"id": name, "asset_id": asset["id"], "locale": entry["locale"]}
            asset["versions"].append(words | {"status": "NotReady"})

    def _command(self, version: Words, verb: str) -> httpx.Response:
        allowed = ("ReadyToEdit",) if verb == "generate" else ("Completed", "Failed", "ReadyToEdit")
        if version["status"] not in allowed:
            return httpx.Response(400, json={"detail": f"it is {version['status']}"})
        if verb == "generate":
            self._pay("generate", self.assets[version["asset_id"]], version_id=version["id"])
            self.move(version, "Generating", "version_generating")
        else:
            version["status"] = "ReadyToEdit"
        return httpx.Response(200, json={"id": version["id"], "status": version["status"]})

    def _pay(self, action: str, asset: Words, **words: Any) -> None:
        line = {"action": action, "asset_id": asset["id"], "version_id": None, "locales": []}
        self.ledger.append(line | {"callback_url": None} | words)

    def _asset_body(self, asset: Words) -> Words:
        dubbings = [
            {
                "id": f"dub-{version['id']}",
                "locale": version["locale"],
                "versions": [{"id": version["id"], "status": version["status"]}],
            }
            for version in asset["versions"]
        ]
        return {"id": asset["id"], "status": asset["status"], "dubbings": dubbings}


def _let_happen(things: list[Callable[[], None]]) -> None:
    while things:
        things.pop(0)()
