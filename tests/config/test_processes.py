from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.config.waiting import wait_until

# Run in a process of its own, as the supervisor is: it forks its guard.
CREW = """
import sys, time
from pathlib import Path
from config.local.crew import Crew, bury_orphans
from config.local.guard import Guard
from config.local.lifeline import adopt_orphans
from config.local.processes import Program

logs, code, job = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
guard = Guard()
adopt_orphans()
(logs / "job.py").write_text(job)
crew = Crew([Program("job", "job")], logs=logs, guard=guard)
crew.start({"PYTHONPATH": str(logs)})
print(crew.members[0].pid, flush=True)
exec(code)
crew.stop(is_in_a_hurry=lambda: True)  # asked twice: whoever ignores it is ended at once
bury_orphans({guard.pid}, kill=True)
guard.dismiss()
"""
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True)\n"
STUBBORN += "while True: time.sleep(60)"
WAIT = "sys.stdin.read()"


def run_crew(logs: Path, code: str, job: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CREW, str(logs), code, job],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_alive(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def first_number(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_guard_ends_what_a_killed_supervisor_leaves(tmp_path: Path) -> None:
    job = "import time\nwhile True: time.sleep(60)"
    with run_crew(tmp_path, WAIT, job) as supervisor:
        child = first_number(supervisor)
        assert is_alive(child)
        supervisor.kill()
    wait_until(lambda: not is_alive(child))


def test_crashed_process_is_started_again_and_said_so(tmp_path: Path) -> None:
    tend = "deadline = time.monotonic() + 10\n"
    tend += "while crew.members[0].start_again_at is None: crew.tend(); time.sleep(0.01)\n"
    tend += "while crew.members[0].start_again_at and time.monotonic() < deadline: crew.tend()\n"
    tend += "print(crew.members[0].pid, flush=True)"
    with run_crew(tmp_path, tend, "raise SystemExit(3)") as supervisor:
        before = first_number(supervisor)
        assert supervisor.stdout is not None
        said = supervisor.stdout.readline()
        assert said.startswith("job ended (exit code 3) and is started again in 0.5 s; see ")
        assert first_number(supervisor) != before


def test_pause_between_restarts_grows_to_a_limit(tmp_path: Path) -> None:
    code = "print([crew.members[0].plan_restart() for _ in range(8)], flush=True)"
    with run_crew(tmp_path, code, "pass") as supervisor:
        first_number(supervisor)
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline().strip() == "[0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]"


def test_who_ends_while_starting_is_quoted(tmp_path: Path) -> None:
    code = "deadline = time.monotonic() + 10\n"
    code += "from config.local.errors import StartError\n"
    code += "while crew.members[0].exit_code() is None: time.sleep(0.01)\n"
    code += "try: crew.waiting_for()\nexcept StartError as error: print(error, flush=True)"
    with run_crew(tmp_path, code, "raise SystemExit('no such thing')") as supervisor:
        first_number(supervisor)
        assert supervisor.stdout is not None
        assert "job does not start: no such thing (see " in supervisor.stdout.readline()


def test_stop_ends_the_stubborn_and_what_they_started_elsewhere(tmp_path: Path) -> None:
    job = "import subprocess\n"
    job += "p = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
    job += f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid))\n{STUBBORN}"
    with run_crew(tmp_path, WAIT, job) as supervisor:
        child = first_number(supervisor)
        wait_until(lambda: (tmp_path / "job.log").read_text() == "on\n")
        grandchild = int((tmp_path / "pid").read_text())
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        wait_until(lambda: not is_alive(child))
        wait_until(lambda: not is_alive(grandchild))
        assert supervisor.wait(10) == 0
