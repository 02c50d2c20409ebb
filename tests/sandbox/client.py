"""Talks to a running sandbox the way a client of the API would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from tests.sandbox.loopback import wait_for
from tests.sandbox_process import KEY, SandboxHandle

Json = dict[str, Any]


# One for all: making a client reads all certificates of the machine each time.
_http = httpx.Client(timeout=30)


class Client:
    def __init__(self, sandbox: SandboxHandle, key: str = KEY) -> None:
        self.sandbox = sandbox
        self.headers = {"Authorization": f"Bearer {key}"}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = self.sandbox.url + path
        return _http.request(method, url, **{"headers": self.headers, **options})

    def get(self, path: str) -> Json:
        answer = self.request("GET", path)
        assert answer.status_code == 200, answer.text
        loaded: Json = answer.json()
        return loaded

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.request("POST", path, json={} if body is None else body)

    def upload(self, file: Path, data: object, background: Path | None = None) -> httpx.Response:
        files: dict[str, Any] = {"file": (file.name, file.read_bytes())}
        if background:
            files["background_audio"] = (background.name, background.read_bytes())
        return self.request(
            "POST", "/v1/assets/upload", data={"data": json.dumps(data)}, files=files
        )

    def settled_asset(self, asset_id: str) -> Json:
        """The asset once its media was looked at and its versions prepared."""

        def look() -> Json | None:
            asset = self.get(f"/v1/assets/{asset_id}")
            words = {v["status"] for d in asset["dubbings"] for v in d["versions"]}
            is_waiting = asset["status"] == "Processing" or (
                asset["status"] == "Ready" and "NotReady" in words
            )
            return None if is_waiting else asset

        found: Json = wait_for(look)
        return found

    def version_in(self, version_id: str, *statuses: str) -> Json:
        def look() -> Json | None:
            version = self.get(f"/v1/versions/{version_id}")
            return version if version["status"] in statuses else None

        found: Json = wait_for(look, seconds=40)
        return found

    def dubbed(self, file: Path, data: Json, background: Path | None = None) -> list[Json]:
        """Uploads, generates every language, and answers the finished versions in order."""
        answer = self.upload(file, data, background)
        assert answer.status_code == 201, answer.text
        asset = self.settled_asset(answer.json()["id"])
        assert asset["status"] == "Ready", asset
        ids = [d["versions"][0]["id"] for d in asset["dubbings"]]
        for version_id in ids:
            assert self.post(f"/v1/versions/{version_id}/generate").status_code == 200
        return [self.version_in(i, "Completed", "Failed") for i in ids]


def new_asset(*locales: str, **changes: Any) -> Json:
    languages = [{"locale": locale} for locale in locales or ("es-ES",)]
    return {"locale": "en-US", "languages": languages, **changes}
