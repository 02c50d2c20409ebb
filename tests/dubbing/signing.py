"""The engine's side of a callback, with the builders' key pair."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.http import HttpResponse
from django.test import Client

from dubbing.models import Asset, Version
from tests.builders import SIGNING_KEY


def sign(body: bytes, key: ec.EllipticCurvePrivateKey = SIGNING_KEY) -> str:
    return key.sign(body, ec.ECDSA(hashes.SHA256())).hex()


def body_for(asset: Asset, event: str, version: Version | None = None, **changes: Any) -> bytes:
    words = {
        "event": event,
        "asset_id": asset.remote_id,
        "version_id": version.remote_id if version else None,
        "version_locale": version.dubbing.locale_id if version else None,
    }
    return json.dumps(words | changes).encode()


def deliver(
    client: Client, asset: Asset, body: bytes, *, signature: str | None = None, token: str = ""
) -> HttpResponse:
    headers = {"X-Signature": sign(body) if signature is None else signature}
    return client.post(
        f"/callbacks/panjaya/{token or asset.callback_token}/",
        body,
        content_type="application/json",
        headers=headers,
    )
