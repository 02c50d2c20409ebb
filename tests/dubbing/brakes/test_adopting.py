"""Videos that somebody made at the sandbox itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.scoping import team_scope
from dubbing.models import Asset, Connection, OutboxMessage, Version
from dubbing.remote.types import NewAsset, NewLanguage
from dubbing.services.actors import Actor
from dubbing.services.clients import client_for
from dubbing.services.versions import generate_version
from dubbing.states import VersionStatus
from tests.builders import make_asset, make_connection
from tests.media import make_talking_video
from tests.sandbox.loopback import Loopback, run_loopback
from tests.work import drain


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Loopback]:
    make_talking_video(tmp_path / "talk.mp4", seconds=2)
    with run_loopback(tmp_path) as running:
        yield running


@pytest.fixture
def elsewhere(served: Loopback, engine: Connection) -> str:
    """The remote id of a video that did not come from this desk."""
    new = NewAsset(
        locale="en-US",
        languages=(NewLanguage("de-DE"),),
        media_url=f"{served.url}/talk.mp4",
        name="Made in the studio",
    )
    return client_for(engine).create_asset(new).remote_id


def in_status(status: VersionStatus) -> Any:
    return Version.objects.filter(status=status)


def test_a_video_is_chosen_from_the_list_previewed_taken_in_and_generated(
    as_alice, alice, team, elsewhere
):
    assert "Read the list" in text(as_alice.get("/assets/adopt/"))
    listed = as_alice.get("/assets/adopt/?page=1").content.decode()
    assert f"remote_id={elsewhere}" in listed
    preview = as_alice.get(f"/assets/adopt/preview/?remote_id={elsewhere}")
    assert "Take it in" in text(preview)
    form = {"remote_id": elsewhere, "title": "From the studio", "locale": "en-US"}
    answer = as_alice.post("/assets/adopt/preview/", form, follow=True)
    assert "Made elsewhere" in text(answer)
    with team_scope(team.pk):
        asset = Asset.objects.get()
        assert (asset.title, asset.remote_id) == ("From the studio", elsewhere)
        assert asset.made_elsewhere
        assert asset.created_by == alice
    version = drain(
        team, lambda: Version.objects.filter(status=VersionStatus.READY_TO_EDIT).first()
    )
    with team_scope(team.pk):
        generate_version(version=version, actor=Actor(user=alice))
    drain(team, lambda: in_status(VersionStatus.COMPLETED).exists())
    with team_scope(team.pk):
        assert OutboxMessage.objects.count() == 1
    assert f"/assets/{asset.pk}/" in as_alice.get("/assets/adopt/?page=1").content.decode()


def test_what_is_here_already_is_refused(as_alice, team, elsewhere):
    make_asset(team, remote_id=elsewhere)
    words = text(as_alice.get(f"/assets/adopt/preview/?remote_id={elsewhere}", follow=True))
    assert "It is here already." in words


@pytest.mark.parametrize("remote_id", ["", "nobody", "x" * 300, "../../health"])
def test_an_id_that_leads_nowhere_is_refused(as_alice, engine, remote_id):
    answer = as_alice.get("/assets/adopt/preview/", {"remote_id": remote_id})
    assert answer.url == "/assets/adopt/"


def test_a_title_that_cannot_be_is_refused_beside_its_field(as_alice, team, elsewhere):
    form = {"remote_id": elsewhere, "title": "bell\x07", "locale": "en-US"}
    answer = as_alice.post("/assets/adopt/preview/", form)
    assert answer.status_code == 200
    assert answer.context["form"].errors["title"]
    with team_scope(team.pk):
        assert not Asset.objects.exists()


@pytest.mark.parametrize("page", ["0", "x", "-1", "999999999999"])
def test_pages_that_nobody_was_given_do_no_harm(as_alice, engine, page):
    assert as_alice.get(f"/assets/adopt/?page={page}").status_code == 200


def test_a_panjaya_that_does_not_answer_is_said(as_alice, team):
    make_connection(team)
    assert "does not answer" in text(as_alice.get("/assets/adopt/?page=1"))
    answer = as_alice.get("/assets/adopt/preview/?remote_id=asset-1", follow=True)
    assert "does not answer" in text(answer)


def test_only_one_made_elsewhere_may_be_without_a_source(team):
    make_asset(team, media_url="", made_elsewhere=True)
    with pytest.raises(IntegrityError):
        make_asset(team, media_url="")
