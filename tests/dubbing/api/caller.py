"""A program that uses the API with a key."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

Json = dict[str, Any]


class Caller:
    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(_full(path), query)

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.client.post(
            _full(path), {} if body is None else body, "application/json", headers=_names(headers)
        )

    def patch(self, path: str, body: object) -> HttpResponse:
        return self.client.patch(_full(path), body, "application/json")

    def upload(self, data: object, parts: Json | None = None, **headers: str) -> HttpResponse:
        form = {"data": json.dumps(data), **(parts or {})}
        return self.client.post(_full("assets/"), form, headers=_names(headers))


def _full(path: str) -> str:
    return path if path.startswith("http") else f"/api/v1/{path}"


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def a_file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def faults(answer: HttpResponse) -> set[tuple[str, str]]:
    """Field and code of everything that was not accepted."""
    return {(fault["field"], fault["code"]) for fault in answer.json()["errors"]}


def is_error(answer: HttpResponse, status: int, kind: str, code: str) -> bool:
    body = answer.json()
    assert answer.status_code == status, answer.content
    assert set(body) == {"type", "code", "message", "errors"}
    assert body["message"]
    assert (body["type"], body["code"]) == (kind, code)
    return True
