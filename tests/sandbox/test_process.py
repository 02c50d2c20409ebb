"""Start, end, restart: what a process owes its operator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.media import make_srt, make_talking_video
from tests.sandbox.client import Client, new_asset
from tests.sandbox.loopback import Loopback, wait_for
from tests.sandbox_process import end_sandbox, run_sandbox, start_sandbox


def refusal(tmp_path: Path, *arguments: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path), *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "says"),
    [
        (["--port", "x"], {}, "--port must be a whole number"),
        (["--port", "70000"], {}, "--port must lie between"),
        (["--pace", "fast"], {}, "--pace must be a number"),
        (["--pace", "nan"], {}, "--pace must be a number"),
        (["--dialect", "third"], {}, "--dialect must be one of default, second"),
        ([], {"SANDBOX_PACE": "fast"}, "SANDBOX_PACE must be a number"),
        ([], {"SANDBOX_DIALECT": "third"}, "SANDBOX_DIALECT must be one of default, second"),
        ([], {"SANDBOX_SIGNATURE": "rot13"}, "SANDBOX_SIGNATURE must be one of"),
        ([], {"SANDBOX_WORKERS": "0"}, "SANDBOX_WORKERS must lie between"),
    ],
)
def test_a_bad_setting_ends_the_start_with_one_line(
    tmp_path: Path, arguments: list[str], env: dict[str, str], says: str
) -> None:
    message = refusal(tmp_path, *arguments, **env)
    assert says in message
    assert message.count("\n") == 1


def test_a_port_in_use_ends_the_start_with_one_line(tmp_path: Path) -> None:
    with run_sandbox(tmp_path / "one") as handle:
        port = handle.url.rpartition(":")[2]
        message = refusal(tmp_path / "two", "--port", port)
        assert message.startswith(f"sandbox: cannot listen on 127.0.0.1:{port}")


def test_a_data_folder_belongs_to_one_sandbox(tmp_path: Path) -> None:
    with run_sandbox(tmp_path):
        assert "another sandbox is running" in refusal(tmp_path)


def test_a_data_folder_that_is_a_file_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used" in refusal(tmp_path / "file" / "data")


def test_links_are_built_from_the_public_url(tmp_path: Path, talking: Path) -> None:
    public = ("--public-url", "https://sandbox.example/")
    with run_sandbox(tmp_path, arguments=public) as handle:
        [version] = Client(handle).dubbed(talking, new_asset(end_time=0.8))
        assert version["result_url"].startswith("https://sandbox.example/films/")
        assert version["studio_url"].startswith("https://sandbox.example/studio/")


def test_pace_makes_every_step_take_its_time(tmp_path: Path, talking: Path) -> None:
    with run_sandbox(tmp_path, pace=0.5) as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset()).json()
        began = time.monotonic()
        client.settled_asset(asset["id"])
        assert 1.4 < time.monotonic() - began < 8


def test_what_was_accepted_survives_a_kill_and_is_finished_after_it(
    tmp_path: Path, talking: Path, loopback: Loopback
) -> None:
    data = tmp_path / "data"
    with run_sandbox(data, pace=0.5) as first:
        client = Client(first)
        body = new_asset(end_time=1.0, callback_url=f"{loopback.url}/cb")
        asset = client.upload(talking, body).json()
        waiting = client.upload(talking, new_asset()).json()
        client.settled_asset(asset["id"])
        version_id = asset["dubbings"][0]["versions"][0]["id"]
        client.post(f"/v1/versions/{version_id}/generate")
        first.process.kill()
        first.process.wait()
    with run_sandbox(data) as second:
        client = Client(second)
        assert second.public_key_pem == first.public_key_pem
        client.version_in(version_id, "Completed")
        assert client.settled_asset(waiting["id"])["status"] == "Ready"
        expected = ["version_ready", "version_generating", "version_generated"]
        # The one that was on its way when the process died may come again, but in its place.
        wait_for(lambda: list(dict.fromkeys(loopback.events("/cb"))) == expected)


def media_processes(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_end_leaves_a_media_process_behind(tmp_path: Path, end: signal.Signals) -> None:
    long = make_talking_video(tmp_path / "v.mp4", seconds=60, size=(640, 360))
    srt = make_srt((1, 50, "Hola a todos."))
    body = {"locale": "en-US", "languages": [{"locale": "es-ES", "srt": srt}]}
    with run_sandbox(tmp_path / "data") as handle:
        client = Client(handle)
        asset = client.upload(long, body).json()
        client.settled_asset(asset["id"])
        client.post(f"/v1/versions/{asset['dubbings'][0]['versions'][0]['id']}/generate")
        children = wait_for(lambda: media_processes(handle.process.pid))
        handle.process.send_signal(end)
        code = handle.process.wait(timeout=10)
        assert code == (-9 if end == signal.SIGKILL else 0)
        wait_for(lambda: not [p for p in children if p.is_running() and p.status() != "zombie"])
    assert list((tmp_path / "data" / "films").glob("*.mp4")) == []


def test_a_start_takes_less_than_a_second(tmp_path: Path) -> None:
    began = time.monotonic()
    process = start_sandbox(tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"sandbox ready http://127.0.0.1:")
    assert time.monotonic() - began < 1.5
    assert end_sandbox(process) == 0
