"""Web and worker take short turns at their process's interpreter."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import reload

import pytest
from celery.signals import worker_init

import config.celery
import config.wsgi
from config.turns import WEB_SECONDS, WORKER_SECONDS


@pytest.fixture(autouse=True)
def pythons_own() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def test_a_worker_takes_short_turns_from_its_start() -> None:
    worker_init.send(sender=config.celery.app)
    assert sys.getswitchinterval() == pytest.approx(WORKER_SECONDS)


def test_web_takes_short_turns_from_its_start() -> None:
    reload(config.wsgi)
    assert sys.getswitchinterval() == pytest.approx(WEB_SECONDS)
