from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dubbing.media import NotMediaError
from dubbing.media.limits import BARE_ENVIRONMENT, run_limited
from tests.dubbing.media.files import H264, make_video

LIMITED = "from dubbing.media.limits import limit_this_process as limit\n"


def run_python(code: str, *arguments: str, wall_seconds: float = 30) -> bytes:
    return run_limited([sys.executable, "-c", code, *arguments], wall_seconds=wall_seconds)


def refusal_code(code: str, *, wall_seconds: float = 30) -> str:
    with pytest.raises(NotMediaError) as refusal:
        run_python(code, wall_seconds=wall_seconds)
    return refusal.value.code


def test_endless_work_is_stopped() -> None:
    code = f"{LIMITED}limit(memory_bytes=1 << 30, cpu_seconds=1)\nwhile True: pass"
    assert refusal_code(code) == "too_long_to_probe"


def test_endless_waiting_is_stopped() -> None:
    assert refusal_code("import signal; signal.pause()", wall_seconds=0.5) == "too_long_to_probe"


def test_crash_is_told_as_a_damaged_file(caplog: pytest.LogCaptureFixture) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert refusal_code(code) == "not_a_video"
    assert "ended with -11" in caplog.text


def test_memory_open_files_and_writing_are_limited(tmp_path: Path) -> None:
    code = f"""{LIMITED}
import sys
limit(memory_bytes=256 << 20)
tries = [lambda: bytearray(300 << 20), lambda: [open(sys.executable) for _ in range(99)],
         lambda: open(sys.argv[1], "wb").write(bytes(5 << 20))]
for attempt in tries:
    try:
        attempt()
    except (MemoryError, OSError) as error:
        print(type(error).__name__, getattr(error, "strerror", None))
"""
    said = run_python(code, str(tmp_path / "large")).decode().splitlines()
    assert said == ["MemoryError None", "OSError Too many open files", "OSError File too large"]


def test_worker_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    code = "import os, json; print(json.dumps(dict(os.environ)))"
    assert json.loads(run_python(code)) == BARE_ENVIRONMENT


def test_lack_of_memory_is_told() -> None:
    # A parser that asks for too much, in Python: C code that is refused memory may crash instead,
    # which is the test above.
    code = """
import dubbing.media.worker as worker
worker.READERS["probe"] = lambda path: bytearray(worker.PROBE_BYTES)
worker.main("probe", "any.mp4")
"""
    assert json.loads(run_python(code))["error"]["code"] == "too_long_to_probe"


def test_largest_usual_picture_fits(tmp_path: Path) -> None:
    codec = (*H264, "-frames:v", "1")
    video = make_video(tmp_path / "a.mp4", "-an", size="7680x4320", seconds=0.1, codec=codec)
    worker = [sys.executable, "-m", "dubbing.media.worker"]
    facts = json.loads(run_limited([*worker, "probe", str(video)]))["facts"]
    assert (facts["width"], facts["height"]) == (7680, 4320)
    assert run_limited([*worker, "poster", str(video)]).startswith(b"\xff\xd8")
