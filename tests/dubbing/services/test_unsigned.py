"""Callbacks without a signature are a number, and nothing else."""

from __future__ import annotations

import pytest

from accounts.scoping import team_scope
from dubbing.models import CallbackDelivery, RefusedCallbacks
from dubbing.services import unsigned
from tests.builders import make_asset


@pytest.fixture(autouse=True)
def machine(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(unsigned, "_uncounted", 0)
    monkeypatch.setattr(unsigned, "_written_at", 0.0)
    return tmp_path


def stored(machine) -> str:
    return (machine / "run" / "unsigned_callbacks").read_text()


def test_unsigned_callbacks_are_counted_and_write_no_row(team, client):
    url = f"/callbacks/panjaya/{make_asset(team).callback_token}/"
    for _ in range(3):
        answer = client.post(url, {"event": "version_generated"}, content_type="application/json")
        assert answer.status_code == 400
    assert unsigned.count_unsigned() == 3
    with team_scope(team):
        assert not CallbackDelivery.objects.exists() and not RefusedCallbacks.objects.exists()


def test_processes_of_one_machine_add_up(machine, monkeypatch):
    for _ in range(3):
        unsigned.note_unsigned()
    assert stored(machine) == "1" and unsigned.count_unsigned() == 3
    (machine / "run" / "unsigned_callbacks").write_text("999")  # others have added theirs
    monkeypatch.setattr(unsigned, "_written_at", 0.0)
    unsigned.note_unsigned()
    assert stored(machine) == "1002" and unsigned.count_unsigned() == 1002


def test_a_file_with_nonsense_in_it_counts_as_none(machine):
    (machine / "run").mkdir()
    (machine / "run" / "unsigned_callbacks").write_text("what?")
    assert unsigned.count_unsigned() == 0


def test_a_disk_that_takes_nothing_fails_no_callback(machine):
    (machine / "run").write_text("not a folder")
    unsigned.note_unsigned()
    assert unsigned.count_unsigned() == 0
