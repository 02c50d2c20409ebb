"""What is asked of a demo dub works: the sandbox knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Dubbing
from dubbing.services.actors import DESK
from dubbing.services.refresh import refresh_asset_if_due
from dubbing.services.versions import generate_version
from dubbing.states import FilmState, Stage
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox
from tests.work import drain

# What the sandbox says itself: a word we do not know it cannot say, and some go on by themselves.
RESTLESS = (Stage.UNKNOWN, Stage.PREPARING, Stage.GENERATING)


@pytest.fixture(scope="module")
def own_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with run_sandbox(tmp_path_factory.mktemp("demo-sandbox")) as handle:
        yield handle


@pytest.fixture
def studio(db: None, own_sandbox: SandboxHandle, settings: Any, tmp_path: Path) -> Iterator[Team]:
    settings.SANDBOX_URL, settings.PUBLIC_URL = own_sandbox.url, "http://127.0.0.1:9"
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("demo_data", "--videos", "24", verbosity=0)
    team = Team.objects.get(slug="demo-studio")
    with team_scope(team.pk):
        yield team
    call_command("demo_data", "--remove", verbosity=0)
    answer = httpx.get(f"{own_sandbox.url}/v1/assets/", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.json()["total"] == 0


def test_a_look_at_the_sandbox_changes_nothing(studio: Team) -> None:
    calm = Asset.objects.filter(status="Ready").exclude(dubbings__stage__in=RESTLESS)
    asset = calm.exclude(remote_id="").latest("id")
    before = list(asset.dubbings.order_by("id").values_list("stage", "current", "failure_code"))
    failed = Asset.objects.filter(status="Failed").latest("id")
    for one in (asset, failed):
        Asset.objects.filter(pk=one.pk).update(refresh_due_at=one.created_at)
        refresh_asset_if_due(asset_id=one.pk)
        again = Asset.objects.get(pk=one.pk)
        assert again.observed_at > one.observed_at
        assert again.status == one.status
    assert list(asset.dubbings.order_by("id").values_list("stage", "current", "failure_code")) == (
        before
    )
    assert set(failed.dubbings.values_list("stage", flat=True)) == {Stage.FAILED}


def test_an_approved_dub_can_be_generated(studio: Team) -> None:
    dubbing = Dubbing.objects.filter(stage=Stage.APPROVED).latest("id")
    generate_version(version=dubbing.current, actor=DESK)
    others = Asset.objects.exclude(pk=dubbing.asset_id)
    others.update(refresh_due_at=None)
    film = drain(
        studio, lambda: dubbing.current.films.filter(state=FilmState.STORED).first(), seconds=60
    )
    assert film.size > 10_000
    assert Dubbing.objects.get(pk=dubbing.pk).stage == Stage.FINISHED
