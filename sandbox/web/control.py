"""Switches misbehaviour on and off while the sandbox runs."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.orders import ScenarioError, describe, make_order
from sandbox.scenarios import manual
from sandbox.web.http import Answer, Request, json_answer

_FIELDS = {"name", "times", "argument", "on"}


def list_scenarios(here: Installation, request: Request) -> Answer:
    """What is on, in the order it was switched on, and what there is."""
    active = describe(here.misbehaviour.active())
    return json_answer(200, {"active": active, "known": manual()})


def switch_on(here: Installation, request: Request) -> Answer:
    data = request.json()
    if not isinstance(data, dict) or not set(data) <= _FIELDS:
        raise ApiError(400, f"the body must be an object of {', '.join(sorted(_FIELDS))}")
    try:
        order = make_order(
            data.get("name"),
            argument=data.get("argument"),
            on=data.get("on"),
            times=data.get("times"),
        )
    except ScenarioError as error:
        raise ApiError(400, str(error)) from None
    here.misbehaviour.switch_on(order)
    [described] = describe([order])
    return json_answer(201, described)


def clear(here: Installation, request: Request) -> Answer:
    return json_answer(200, {"cleared": here.misbehaviour.clear()})
