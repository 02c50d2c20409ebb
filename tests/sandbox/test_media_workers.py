from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from sandbox.errors import MediaRefusedError
from sandbox.locales import TARGETS
from sandbox.media.runner import MediaRunner, WorkerDiedError
from sandbox.media.synthesizer import Synthesizer
from sandbox.media.voices import VOICES
from sandbox.media.worker import Limits
from sandbox.states import FailureCode
from tests.media import make_talking_video
from tests.sandbox.client import Client, new_asset
from tests.sandbox.loopback import wait_for
from tests.sandbox_process import run_sandbox

GENEROUS = Limits(cpu_seconds=60, memory_bytes=1 << 30, file_bytes=0, wall_seconds=60)


def probe_request(path: Path) -> dict[str, object]:
    trim = {"start": None, "end": None, "max_duration": 7200}
    return {"what": "source", "path": str(path), **trim}


def test_every_target_has_a_row_of_voices() -> None:
    assert set(VOICES) == TARGETS
    assert len(VOICES) == 35


def test_every_target_but_filipino_is_spoken() -> None:
    synthesizer = Synthesizer()
    silent = {locale for locale, names in VOICES.items() if not synthesizer.choose(names)}
    assert silent == {"fil-PH"}
    for locale in TARGETS - silent:
        assert synthesizer.choose(VOICES[locale])
        assert len(synthesizer.speak("Panjaya 123")) > synthesizer.sample_rate // 2


def test_a_faster_rate_takes_less_time() -> None:
    synthesizer = Synthesizer()
    synthesizer.choose(VOICES["es-ES"])
    slow = synthesizer.speak("Buenos días a todos ustedes.")
    assert len(synthesizer.speak("Buenos días a todos ustedes.", 350)) < 0.7 * len(slow)


def test_a_worker_answers_or_refuses(talking: Path, tmp_path: Path) -> None:
    facts = MediaRunner().run("probe", probe_request(talking), GENEROUS)
    assert (facts["width"], facts["height"]) == (160, 120)
    with pytest.raises(MediaRefusedError) as refused:
        MediaRunner().run("probe", probe_request(tmp_path / "missing"), GENEROUS)
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_a_worker_that_takes_too_long_dies(talking: Path) -> None:
    limits = dataclasses.replace(GENEROUS, wall_seconds=0.01)
    with pytest.raises(WorkerDiedError):
        MediaRunner().run("probe", probe_request(talking), limits)


def test_a_worker_without_memory_gives_no_facts(talking: Path) -> None:
    limits = dataclasses.replace(GENEROUS, memory_bytes=60 << 20)
    # Whether it dies or can still say why depends on what it was doing.
    with pytest.raises((WorkerDiedError, MediaRefusedError)):
        MediaRunner().run("probe", probe_request(talking), limits)


def test_a_worker_that_burns_its_time_is_killed(tmp_path: Path) -> None:
    long = make_talking_video(tmp_path / "v.mp4", seconds=60, size=(640, 360))
    order = {
        "source": str(long),
        "start": 0,
        "end": 60,
        "width": 640,
        "height": 360,
        "locale": "es-ES",
        "srt": None,
        "background": None,
        "background_seconds": 0,
        "target": str(tmp_path / "film.mp4"),
    }
    limits = Limits(cpu_seconds=1, memory_bytes=2 << 30, file_bytes=1 << 30, wall_seconds=60)
    with pytest.raises((WorkerDiedError, MediaRefusedError)):
        MediaRunner().run("film", order, limits)


def test_a_stopped_runner_ends_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    fifo = tmp_path / "never.mp4"
    os.mkfifo(fifo)
    runner = MediaRunner()
    deaths: list[Exception] = []

    def work() -> None:
        try:
            runner.run("probe", probe_request(fifo), GENEROUS)
        except WorkerDiedError as error:
            deaths.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait_for(lambda: runner._running)
    runner.stop()
    thread.join(timeout=10)
    assert len(deaths) == 1
    with pytest.raises(WorkerDiedError):
        runner.run("probe", probe_request(fifo), GENEROUS)


def test_a_worker_without_its_folder_fails_the_version(tmp_path: Path, talking: Path) -> None:
    with run_sandbox(tmp_path) as handle:
        client = Client(handle)
        asset = client.upload(talking, new_asset()).json()
        client.settled_asset(asset["id"])
        shutil.rmtree(tmp_path / "films")
        version_id = asset["dubbings"][0]["versions"][0]["id"]
        client.post(f"/v1/versions/{version_id}/generate")
        failed = client.version_in(version_id, "Failed")
        assert "could not be worked on" in failed["error"]["message"]


def test_a_fault_of_the_sandbox_is_told_as_one(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as handle:
        client = Client(handle)
        shutil.rmtree(tmp_path / "media")
        url = f"{handle.url}/sandbox/health"
        asset = client.post("/v1/assets/", new_asset(media_url=url)).json()
        failed = client.settled_asset(asset["id"])
        assert "internal error" in failed["error"]["message"]
        with sqlite3.connect(tmp_path / "sandbox.sqlite3") as database:
            database.execute("DROP TABLE ledger")
        database.close()
        answer = client.request("GET", "/sandbox/ledger")
        assert answer.status_code == 500
        assert isinstance(answer.json()["detail"], str)
