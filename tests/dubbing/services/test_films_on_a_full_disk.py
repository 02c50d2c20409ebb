"""A film that finds no place is told on its row, waits, and comes home later."""

from __future__ import annotations

import errno
import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.scoping import team_scope
from dubbing.models import Film
from dubbing.services.films import archive_film, why_not_stored
from dubbing.states import FilmState, VersionStatus
from tests.builders import make_asset, make_connection, make_version
from tests.dubbing.pages.rows import make_wanted_film
from tests.dubbing.remote.far_end import far_end, send


@pytest.fixture
def wanted(team):
    """A film whose version the far end would tell, and whose bytes never fit."""
    with far_end(lambda handler: answer(handler)) as url:
        connection = make_connection(team, base_url=url)
        asset = make_asset(team, connection=connection, remote_id="a1")
        version = make_version(asset, remote_id="v1", status=VersionStatus.COMPLETED)
        yield make_wanted_film(version)


def answer(handler):
    link = f"http://{handler.headers['Host']}/film.mp4"
    if handler.path.endswith("film.mp4"):
        send(handler, 200, b"x" * 1000)
    else:
        body = f'{{"id": "v1", "status": "Completed", "result_url": "{link}"}}'
        send(handler, 200, body.encode())


def try_once(film):
    with team_scope(film.team_id):
        Film.objects.update(due_at=timezone.now())
        archive_film(film_id=film.pk)
        return Film.objects.get(pk=film.pk)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_plain_words(number):
    assert "disk is full" in why_not_stored(OSError(number, os.strerror(number)))


def test_storage_that_refuses_is_told_on_the_films_row(wanted, settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/dev/full"
    film = try_once(wanted)
    assert film.state == FilmState.WANTED and film.lease_until is None
    assert "did not take the film: Not a directory. It is tried again" in film.error_message
    assert film.due_at > timezone.now()


def test_waiting_grows_and_ends_when_there_is_room(wanted, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "missing")
    waits = []
    for _ in range(3):
        film = try_once(wanted)
        waits.append(film.due_at - timezone.now())
    assert waits == sorted(waits) and waits[-1] > timedelta(seconds=30)
