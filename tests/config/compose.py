"""docker-compose.yml as Compose itself would read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HOUSE = Path(__file__).resolve().parents[2]
COMPOSE = HOUSE / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})")


def read_compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def variables(text: str) -> dict[str, str]:
    """Name → "?" when it must be set, "-" when it has a default, "" when neither."""
    found = VARIABLE.finditer(text)
    return {match[1]: match[2] or "" for match in found if match[1]}


def filled(value: Any, given: Mapping[str, str]) -> Any:
    """With every variable in its place, all through lists and mappings."""
    if isinstance(value, dict):
        return {name: filled(part, given) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, given) for part in value]
    return (
        VARIABLE.sub(lambda match: _one(match, given), value) if isinstance(value, str) else value
    )


def _one(match: re.Match[str], given: Mapping[str, str]) -> str:
    name, kind, words = match.groups()
    if name is None:
        return "$"
    if given.get(name):
        return given[name]
    if kind == "?":
        raise KeyError(name)
    return words or ""


def image_environment(dockerfile: str, stage: str) -> dict[str, str]:
    """What ENV sets in one stage of a Dockerfile."""
    part = re.split(rf"(?m)^FROM .* AS {stage}$", dockerfile)[1]
    part = re.split(r"(?m)^FROM ", part)[0].replace("\\\n", " ")
    found: dict[str, str] = {}
    for line in re.findall(r"(?m)^ENV (.+)$", part):
        found |= dict(word.split("=", 1) for word in line.split())
    return found
