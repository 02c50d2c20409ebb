"""Everything that can be set, by environment or command line; nonsense ends the start."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.keys import SIGNATURE_FORMS
from sandbox.orders import Order, ScenarioError, parse_order
from sandbox.scenarios import SCENARIOS
from sandbox.wire import DIALECTS


class SettingError(Exception):
    """A value nobody can start with; the text names it."""


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    data_dir: Path
    pace: float
    public_url: str
    dialect: str
    api_keys: tuple[str, ...]
    signature_form: str
    workers: int
    max_assets: int | None
    max_duration_seconds: float
    max_bytes: int
    link_seconds: int
    scenarios: tuple[Order, ...]


def read_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Raises SettingError; an unknown option ends the program as argparse does."""
    options = _parser(environment).parse_args(arguments)
    return Settings(
        host=options.host,
        port=_number(
            *_named(environment, "SANDBOX_PORT", "8010", "--port", options.port), low=0, high=65535
        ),
        data_dir=Path(options.data).absolute(),
        pace=_decimal(*_named(environment, "SANDBOX_PACE", "1.0", "--pace", options.pace)),
        public_url=options.public_url.rstrip("/"),
        dialect=_one_of(
            *_named(environment, "SANDBOX_DIALECT", "default", "--dialect", options.dialect),
            DIALECTS,
        ),
        api_keys=tuple(_listed(environment, "SANDBOX_KEYS", "panjaya-sandbox")),
        signature_form=_choice(environment, "SANDBOX_SIGNATURE", "hex-der", SIGNATURE_FORMS),
        workers=_from(environment, "SANDBOX_WORKERS", "2", low=1, high=64),
        max_assets=_optional(environment, "SANDBOX_MAX_ASSETS"),
        max_duration_seconds=_decimal(
            "SANDBOX_MAX_DURATION_SECONDS",
            _text(environment, "SANDBOX_MAX_DURATION_SECONDS", "7200"),
        ),
        max_bytes=_from(environment, "SANDBOX_MAX_BYTES", str(3 * 1024**3), low=1, high=1 << 60),
        link_seconds=_from(environment, "SANDBOX_LINK_SECONDS", "900", low=1, high=10**9),
        scenarios=_orders([*_listed(environment, "SANDBOX_SCENARIOS", ""), *options.scenario]),
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=__doc__,
        epilog=_scenario_manual(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default=_text(environment, "SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port")
    parser.add_argument("--data", default=_text(environment, "SANDBOX_DATA_DIR", "var/sandbox"))
    parser.add_argument("--pace")
    parser.add_argument("--public-url", default=_text(environment, "SANDBOX_PUBLIC_URL", ""))
    parser.add_argument("--dialect")
    parser.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME[:ARGUMENT][@CALL+CALL]",
        help="misbehave always in this way; may be given again (also SANDBOX_SCENARIOS, by commas)",
    )
    return parser


def _scenario_manual() -> str:
    lines = [f"  {scenario.usage}\n      {scenario.says}" for scenario in SCENARIOS.values()]
    return "\n".join(("scenarios (arguments are optional):", *lines))


def _text(environment: Mapping[str, str], name: str, default: str) -> str:
    return environment.get(name) or default


def _named(
    environment: Mapping[str, str], variable: str, default: str, option: str, given: str | None
) -> tuple[str, str]:
    """A value with the name that its giver knows it by."""
    if given is not None:
        return option, given
    return variable, _text(environment, variable, default)


def _from(environment: Mapping[str, str], name: str, default: str, *, low: int, high: int) -> int:
    return _number(name, _text(environment, name, default), low=low, high=high)


def _listed(environment: Mapping[str, str], name: str, default: str) -> list[str]:
    parts = _text(environment, name, default).split(",")
    return [part.strip() for part in parts if part.strip()]


def _orders(texts: Sequence[str]) -> tuple[Order, ...]:
    try:
        return tuple(parse_order(text) for text in texts)
    except ScenarioError as error:
        raise SettingError(f"--scenario: {error}") from None


def _optional(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name)
    return _number(name, text, low=0, high=10**9) if text else None


def _choice(environment: Mapping[str, str], name: str, default: str, choices: Sequence[str]) -> str:
    return _one_of(name, _text(environment, name, default), choices)


def _one_of(name: str, text: str, choices: Collection[str]) -> str:
    if text not in choices:
        raise SettingError(f"{name} must be one of {', '.join(choices)}, not {text!r}")
    return text


def _number(name: str, text: str, *, low: int, high: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise SettingError(f"{name} must be a whole number, not {text!r}") from None
    if not low <= value <= high:
        raise SettingError(f"{name} must lie between {low} and {high}, not {value}")
    return value


def _decimal(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise SettingError(f"{name} must be a number, not {text!r}") from None
    if not 0 <= value < float("inf"):
        raise SettingError(f"{name} must be a number from 0 on, not {text!r}")
    return value


def process_environment() -> Mapping[str, str]:
    return os.environ
