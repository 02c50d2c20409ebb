"""An S3-compatible service on loopback, as the process it is: moto's, which keeps all in memory."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

START_SECONDS = 30.0
ACCESS_KEY, SECRET_KEY = "desk-access", "desk-secret-that-is-in-no-log"  # noqa: S105


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def run_bucket_service(port: int = 0) -> Iterator[str]:
    """Its address."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, "no bucket service"
        time.sleep(0.05)


def client_of(address: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}),
    )


def make_bucket(address: str) -> str:
    name = f"films-{secrets.token_hex(4)}"
    client_of(address).create_bucket(Bucket=name)
    return name


def storages_of(address: str, name: str, **changes: Any) -> dict[str, Any]:
    """Django's STORAGES, as the settings would have it."""
    options = {
        "bucket_name": name,
        "endpoint_url": address,
        "public_url": "",
        "region_name": "us-east-1",
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "addressing_style": "path",
        "location": "desk",
    }
    return {
        "default": {"BACKEND": "config.bucket.Bucket", "OPTIONS": options | changes},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
