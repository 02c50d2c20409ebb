"""How long `make run` takes until its ready line, with everything installed already."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import desk

WARM_STARTS = 5
PATIENCE_SECONDS = 120


def run() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="dubdesk-start-") as folder:
        Path(folder).chmod(0o755)
        first = _start_and_stop(Path(folder))
        later = [_start_and_stop(Path(folder)) for _ in range(WARM_STARTS)]
    yield "first start in an empty data folder", f"{first:.1f} s"
    yield "later starts, median (target < 5 s)", f"{statistics.median(later):.1f} s"
    yield "later starts, slowest", f"{max(later):.1f} s"


def _start_and_stop(data_dir: Path) -> float:
    taken = ("DATABASE_URL", "DATABASE_OWNER_URL", "DUBDESK_DATABASE_ROLE")
    environment = {name: value for name, value in os.environ.items() if name not in taken}
    environment["DUBDESK_DATA_DIR"] = str(data_dir)
    for name in ("PORT", "EDGE_PORT", "SANDBOX_PORT"):
        environment[name] = str(desk.free_port())
    began = time.perf_counter()
    with subprocess.Popen(
        ["make", "run"], cwd=desk.HOUSE, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "ready" in line:
                    return time.perf_counter() - began
            raise RuntimeError("make run ended without its ready line.")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
