from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from config.local import browser
from config.local.errors import StartError
from config.local.install import ROOT, npm_command
from config.local.probe import http_answers
from config.local.processes import LOG_BYTES, rotate
from config.local.stamps import fingerprint, is_stamped, put_stamp, state_of

LOCKS = [*ROOT.glob("requirements/*.lock"), ROOT / "package-lock.json"]


def test_locks_name_no_registry() -> None:
    assert len(LOCKS) == 3
    for lock in LOCKS:
        assert not re.search(r'"resolved"|--(extra-)?index-url| @ https?://', lock.read_text()), (
            lock
        )


def test_development_lock_holds_all_of_the_base_lock() -> None:
    base, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("base.lock", "dev.lock")
    )
    assert base
    assert base <= dev


def test_stamp_holds_until_a_file_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "new" / "stamp"
    source.write_text("a")
    before = fingerprint(state_of([source]))
    assert not is_stamped(stamp, before)
    put_stamp(stamp, before)
    assert is_stamped(stamp, before)
    source.write_text("ab")
    assert not is_stamped(stamp, fingerprint(state_of([source])))


def test_npm_comes_from_the_installed_wheel() -> None:
    node, script, *_ = npm_command(ROOT / ".venv")
    assert Path(node).exists()
    assert Path(script).exists()


def test_missing_node_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Node is not installed"):
        npm_command(tmp_path)


def test_named_browser_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBDESK_BROWSER", "/nowhere/chromium")
    assert browser.find_browser() is None
    with pytest.raises(StartError, match="apt-get install chromium"):
        browser.ensure_browser()


def test_long_log_is_put_aside_and_a_short_one_kept(tmp_path: Path) -> None:
    long, short = tmp_path / "long.log", tmp_path / "short.log"
    with long.open("wb") as file:
        file.truncate(LOG_BYTES + 1)
    short.write_text("kept")
    rotate(long)
    rotate(short)
    assert not long.exists()
    assert (tmp_path / "long.log.1").exists()
    assert short.read_text() == "kept"


def test_listener_that_speaks_no_http_does_not_count_as_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not http_answers("127.0.0.1", port, "/", timeout=0.05)
    assert not http_answers("127.0.0.1", port, "/")
