"""Wake-ups by folder: whole or not at all, each once, and never the end of a worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Queue
from kombu.simple import SimpleQueue

from config.celery import app
from config.folder_broker import SCHEME


@contextmanager
def opened(folder: Path) -> Iterator[SimpleQueue]:
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.01,
    }
    with Connection(f"{SCHEME}://localhost", transport_options=options) as connection:
        queue = SimpleQueue(connection.channel(), Queue("wake", routing_key="wake"), no_ack=True)
        yield queue
        queue.close()


def test_the_worker_uses_it():
    assert app.conf.broker_url.startswith(f"{SCHEME}://")


def test_message_arrives_in_order_and_leaves_nothing(tmp_path: Path):
    with opened(tmp_path) as queue:
        for number in range(3):
            queue.put({"number": number})
        assert [queue.get(timeout=2).payload["number"] for _ in range(3)] == [0, 1, 2]
    assert not list((tmp_path / "queue").iterdir()) and not list((tmp_path / "processed").iterdir())


def test_half_written_message_is_not_seen(tmp_path: Path):
    with opened(tmp_path) as queue:
        (tmp_path / "queue" / ".1_draft.wake.msg").touch()
        with pytest.raises(Empty):
            queue.get(timeout=0.1)


def test_unreadable_message_is_dropped_and_the_next_one_comes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with opened(tmp_path) as queue:
        (tmp_path / "queue" / f"{0:020}_broken.wake.msg").touch()
        queue.put("next")
        assert queue.get(timeout=2).payload == "next"
    assert "could not be read" in caplog.text


def test_message_of_another_queue_stays(tmp_path: Path):
    other = tmp_path / "queue" / "0_x.other.msg"
    with opened(tmp_path) as queue:
        other.write_text("{}")
        with pytest.raises(Empty):
            queue.get(timeout=0.1)
    assert other.exists()


def test_each_message_goes_to_one_of_two_readers(tmp_path: Path):
    taken: list[int] = []

    def read() -> None:
        with opened(tmp_path) as queue:
            while True:
                try:
                    taken.append(queue.get(timeout=0.2).payload)
                except Empty:
                    return

    with opened(tmp_path) as queue:
        for number in range(100):
            queue.put(number)
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(taken) == list(range(100))
