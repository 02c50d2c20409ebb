"""A tus client small enough to be seen through, and a desk that only hands out permits."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx

from edge.spool import Spool
from edge.upload_tokens import UploadGrant, upload_path
from tests.edge.process import SECRET, EdgeProcess

PIECE = "application/offset+octet-stream"
# How an MP4 begins.
HEAD = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


def content(size: int) -> bytes:
    """Bytes that pass for a video, each 8 of them telling where they stand."""
    body = b"".join(n.to_bytes(8, "big") for n in range(size // 8 + 1))
    return (HEAD + body)[:size]


class Tus:
    """One upload, as web would have made it; `address` may be a proxy's."""

    def __init__(self, edge: EdgeProcess, size: int, **changes: Any) -> None:
        self.id = str(uuid.uuid4())
        self.spool = Spool(edge.incoming)
        self.spool.create(self.id)
        fields = {
            "upload": self.id,
            "team": "t-1",
            "member": "m-1",
            "size": size,
            "name": "talk.mp4",
            "expires_at": int(time.time()) + 86_400,
        } | changes
        self.path = upload_path(UploadGrant(**fields), secret=SECRET, seconds=3600)
        self.address = edge.address

    def ask(self, method: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Tus-Resumable": "1.0.0"} | named
        return httpx.request(
            method,
            self.address + self.path,
            content=body,
            headers={name: value for name, value in given.items() if value},
            timeout=30,
            trust_env=False,
        )

    def patch(self, body: Any, offset: int, **headers: str) -> httpx.Response:
        kind = {"Content_Type": PIECE}
        return self.ask("PATCH", body, Upload_Offset=str(offset), **kind | headers)

    def head(self) -> httpx.Response:
        return self.ask("HEAD")

    def offset(self) -> int:
        return int(self.head().headers["Upload-Offset"])

    def stored(self) -> bytes:
        return self.spool.part(self.id).read_bytes()
