"""How misbehaviour is asked for, on the command line and over HTTP."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from sandbox.scenarios import SCENARIOS, Call, Scenario

_LARGEST_NUMBER = 3600.0
_MOST_TIMES = 10**6
_ASKED = re.compile(r"([a-z-]+)(?::([^@]*))?(?:@(.+))?")


class ScenarioError(Exception):
    """Something nobody can switch on; the text says what would be right."""


@dataclass(frozen=True)
class Order:
    """A scenario that is switched on, for so many times or (None) until it is cleared."""

    scenario: Scenario
    argument: float | int | str | None
    calls: frozenset[Call]
    left: int | None = None

    @property
    def number(self) -> float:
        return float(self.argument or 0)

    @property
    def word(self) -> str:
        return str(self.argument or "")


def parse_order(text: str) -> Order:
    """`NAME[:ARGUMENT][@CALL[+CALL]]`, on until cleared. Raises ScenarioError."""
    found = _ASKED.fullmatch(text)
    if found is None:
        raise ScenarioError(f"a scenario is written NAME[:ARGUMENT][@CALL+CALL], not {text!r}")
    name, argument, calls = found.groups()
    return make_order(name, argument=argument, on=calls.split("+") if calls else None)


def make_order(
    name: object, *, argument: object = None, on: object = None, times: object = None
) -> Order:
    """From values that anybody may have sent. Raises ScenarioError."""
    scenario = SCENARIOS.get(name) if isinstance(name, str) else None
    if scenario is None:
        raise ScenarioError(f"name must be one of {', '.join(SCENARIOS)}, not {name!r}")
    return Order(scenario, _argument(scenario, argument), _calls(scenario, on), _times(times))


def describe(orders: Collection[Order]) -> list[dict[str, object]]:
    return [
        {
            "name": order.scenario.name,
            "argument": order.argument,
            "on": sorted(order.calls),
            "times": order.left,
        }
        for order in orders
    ]


def _argument(scenario: Scenario, given: object) -> float | int | str | None:
    if scenario.argument is None:
        if given is None:
            return None
        raise ScenarioError(f"{scenario.name} takes no argument")
    default = scenario.argument.default
    if given is None:
        return default
    if isinstance(default, str):
        return _word(scenario, given)
    number = _number(scenario, given)
    return number if isinstance(default, float) else int(number)


def _word(scenario: Scenario, given: object) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= 200:
        raise ScenarioError(f"the argument of {scenario.name} must be a word, not {given!r}")
    return given


def _number(scenario: Scenario, given: object) -> float:
    try:
        number = float(given) if isinstance(given, int | float | str) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not 0 <= number <= _LARGEST_NUMBER:
        raise ScenarioError(
            f"the argument of {scenario.name} must be a number from 0 to "
            f"{_LARGEST_NUMBER:g}, not {given!r}"
        )
    return number


def _calls(scenario: Scenario, given: object) -> frozenset[Call]:
    if given is None:
        return scenario.calls
    asked = given if isinstance(given, list) else [given]
    calls = frozenset(call for call in scenario.calls if call in asked)
    if not asked or len(calls) < len(asked):
        possible = ", ".join(sorted(scenario.calls))
        raise ScenarioError(f"on: {scenario.name} can apply to {possible}, each named once")
    return calls


def _times(given: object) -> int | None:
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= _MOST_TIMES:
        raise ScenarioError("times must be a whole number from 1 on; without it, always")
    return given
