"""Who may import whom: the table of the style guide, held against the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
OURS = r"(accounts|config|dubbing|edge|sandbox)"

# Files of a room → what they must not import (a pattern over the dotted name).
NEVER = {
    "dubbing/remote/**/*.py": rf"django|rest_framework|celery|{OURS}(?!\.remote)",
    "dubbing/states/*.py": r"dubbing\.(?!states)|accounts",
    "dubbing/links/**/*.py": r"dubbing\.(?!links|media)|accounts|config|django",
    "dubbing/validators/**/*.py": r"dubbing\.(?!validators|links)|accounts",
    "dubbing/sheets/**/*.py": r"dubbing\.(?!sheets|media\.limits)|accounts|config|django",
    "dubbing/archives/**/*.py": r"dubbing\.(?!archives)|accounts|config|django",
    "dubbing/subtitles/**/*.py": r"dubbing\.(?!subtitles|validators|media\.limits)|accounts",
    "dubbing/media/**/*.py": r"dubbing\.(?!media)|accounts|django",
    "dubbing/models/*.py": r"dubbing\.(services|remote|forms|tasks|views|api)",
    "dubbing/querysets.py": r"dubbing\.(services|remote|forms|tasks|views|api|models)",
    "dubbing/services/**/*.py": (
        r"dubbing\.(tasks|views|forms|api|admin)|django\.http|rest_framework"
    ),
    "dubbing/tasks.py": r"dubbing\.(views|models|api|forms)",
    "dubbing/forms/**/*.py": r"dubbing\.(remote\.client|views|api|admin)",
    "dubbing/views/**/*.py": r"dubbing\.(remote\.client|api|admin|tasks)",
    "dubbing/api/**/*.py": r"dubbing\.(remote\.client|views|admin|tasks|forms)",
    "dubbing/admin/**/*.py": r"dubbing\.(remote\.client|views|api|tasks)",
    "accounts/**/*.py": r"dubbing|sandbox|edge",
    "edge/**/*.py": r"accounts|dubbing|config|sandbox|django(?!\.core\.signing)|rest_framework",
    "sandbox/**/*.py": r"accounts|dubbing|config|edge|django|starlette",
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", NEVER)
def test_room_imports_only_what_it_may(room):
    never = re.compile(rf"({NEVER[room]})(\.|$)")
    breaches = {
        f"{path.relative_to(HOUSE)}: {name}"
        for path in HOUSE.glob(room)
        if "migrations" not in path.parts and "management" not in path.parts
        for name in imported(path)
        if never.match(name)
    }
    assert breaches == set()


def inner_imports(path: Path) -> set[int]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        inner.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, functions)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }


def test_no_import_inside_a_function():
    rooms = ("accounts", "config", "dubbing", "edge", "sandbox", "benchmarks")
    found = {
        f"{path.relative_to(HOUSE)}:{line}"
        for room in rooms
        for path in (HOUSE / room).rglob("*.py")
        for line in inner_imports(path)
    }
    assert found == set()


def test_every_wake_up_has_its_task():
    from config.celery import app
    from dubbing import tasks, wake

    assert tasks.sweep_all.name == wake.SWEEP
    assert set(app.tasks) >= wake.TASKS
