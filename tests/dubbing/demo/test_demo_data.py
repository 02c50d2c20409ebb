"""The demo studio: complete, repeatable, gone without a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import Membership, Team, User
from accounts.scoping import TeamOwned, all_teams, team_scope
from config.storage import store
from dubbing.demo.catalogue import SERIES
from dubbing.demo.people import DOMAIN
from dubbing.models import (
    Asset,
    Dubbing,
    Film,
    MonthTotal,
    Note,
    OutboxMessage,
    SavedView,
    StatusChange,
)
from dubbing.services.money import recount
from dubbing.states import (
    MERGED_STAGES,
    AssetStatus,
    DubbingStatus,
    MessageState,
    ReviewState,
    Stage,
    VersionStatus,
    stage_of,
)
from tests.builders import make_asset, make_team, make_user

VIDEOS = "24"


def demo_data(*words: str) -> str:
    said = StringIO()
    call_command("demo_data", *words, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def quiet_places(settings: Any, tmp_path: Path) -> None:
    """Nothing listens there, and files lie apart."""
    settings.SANDBOX_URL = settings.PUBLIC_URL = "http://127.0.0.1:9"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def studio(db: None) -> Iterator[Team]:
    make_user(email="boss@example.org", is_superuser=True)
    demo_data("--videos", VIDEOS)
    team = Team.objects.get(slug="demo-studio")
    with team_scope(team.pk):
        yield team


def test_every_stage_is_there(studio: Team) -> None:
    assert set(Dubbing.objects.values_list("stage", flat=True)) == set(Stage)
    assert Asset.objects.count() == int(VIDEOS)
    named = set(Asset.objects.values_list("project__name", flat=True))
    assert named == {series.name for series in SERIES}
    assert Dubbing.objects.values("locale").distinct().count() == 30


def test_every_stage_is_what_engine_and_people_say(studio: Team) -> None:
    for dubbing in Dubbing.objects.select_related("asset", "current"):
        version = dubbing.current
        engine = stage_of(
            AssetStatus(dubbing.asset.status),
            DubbingStatus(dubbing.status),
            VersionStatus(version.status) if version else None,
        )
        assert dubbing.stage == MERGED_STAGES[engine, ReviewState(dubbing.review)]
        assert dubbing.versions_count == dubbing.versions.count()


def test_nothing_happens_after_now_nor_all_at_once(studio: Team) -> None:
    with team_scope(studio.pk):
        since = list(Dubbing.objects.values_list("stage_since", flat=True))
        last_hour = [moment for moment in since if timezone.now() - moment < timedelta(hours=1)]
    assert max(since) <= timezone.now()
    assert len(last_hour) < len(since) / 5


def test_work_of_people_is_believable(studio: Team) -> None:
    asked = Dubbing.objects.filter(review=ReviewState.REVISION_ASKED)
    assert asked.exists() and not asked.filter(review_reason="").exists()
    for field in ("owner", "reviewer", "due_on"):
        assert Dubbing.objects.exclude(**{field: None}).exists()
    notes = Note.objects.exclude(at_seconds=None)
    assert notes.exists() and Note.objects.exclude(reply_to=None).exists()
    assert SavedView.objects.filter(is_shared=True).exists()
    assert not StatusChange.objects.filter(at__lt=F("asset__created_at")).exists()


def test_money_adds_up_and_what_waits_goes_above_the_ceiling(studio: Team) -> None:
    for total in MonthTotal.objects.all():
        assert recount(total=total) == (total.amount, total.minutes)
    held = OutboxMessage.objects.held()
    assert held.exists()
    assert not OutboxMessage.objects.exclude(held_at__isnull=False).filter(
        state__in=[MessageState.WAITING, MessageState.SENDING]
    ), "something would be sent by itself"


def test_films_and_pictures_are_real_files(studio: Team) -> None:
    films = Film.objects.all()
    assert films
    for film in films:
        assert film.file.size == film.size
    for asset in Asset.objects.all():
        assert store().exists(asset.poster.name)  # type: ignore[attr-defined]
        assert store().exists(asset.media_file.name)  # type: ignore[attr-defined]


def test_administrators_join_as_owners(studio: Team) -> None:
    boss = Membership.objects.get(team=studio, user__email="boss@example.org")
    assert boss.role == "owner"
    assert studio.memberships.count() == 13
    assert not any(
        user.has_usable_password() for user in User.objects.filter(email__contains=DOMAIN)
    )


def test_second_run_changes_nothing(studio: Team) -> None:
    before = everything()
    assert "is there already" in demo_data("--videos", VIDEOS)
    assert everything() == before


def test_same_seed_makes_the_same_studio(studio: Team) -> None:
    before = looks()
    demo_data("--remove")
    demo_data("--videos", VIDEOS)
    with team_scope(Team.objects.get(slug="demo-studio").pk):
        assert looks() == before


def test_removal_leaves_no_trace(studio: Team, settings: Any) -> None:
    with all_teams("test"):
        other = make_asset(make_team())
    assert demo_data("--remove") == "The demo studio is gone.\n"
    with all_teams("test"):
        assert [asset.pk for asset in Asset.objects.all()] == [other.pk]
        rows = {
            model.__name__: model.objects.filter(team_id=studio.pk).count()
            for model in apps.get_models()
            if issubclass(model, TeamOwned)
        }
    assert not any(rows.values())
    assert not User.objects.filter(email__contains=DOMAIN).exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.mp4"))
    assert demo_data("--remove") == "There is no demo studio.\n"


def test_a_real_team_of_that_name_is_left_alone(db: None) -> None:
    make_asset(make_team(slug="demo-studio", name="Our own"))
    with pytest.raises(CommandError, match="not of the demo"):
        demo_data("--videos", VIDEOS)


def test_nonsense_is_refused(db: None, settings: Any) -> None:
    with pytest.raises(CommandError, match="--videos"):
        demo_data("--videos", "0")
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="DUBDESK_SANDBOX is off"):
        demo_data("--videos", VIDEOS)


def test_a_stopped_sandbox_is_told(studio: Team) -> None:
    assert "The sandbox is not running" in demo_data("--videos", VIDEOS)


def everything() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in apps.get_models()
        if issubclass(model, TeamOwned)
    }


def looks() -> list[Any]:
    """What people see of it, whenever it was made."""
    titles = list(Asset.objects.order_by("id").values_list("title", "status", "error_code"))
    return [titles, Counter(Dubbing.objects.values_list("asset__title", "locale", "stage"))]
