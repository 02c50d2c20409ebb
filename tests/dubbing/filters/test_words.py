"""By which words a video is found; the database keeps them by itself."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, AssetWords, Project
from dubbing.querysets import COMMON
from tests.builders import make_asset, make_team


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Onboarding 1 – Welcome", "welcome"),
        ("Onboarding 1 – Welcome", "NBOARD"),
        ("IT at work", "it"),
        ("IT at work", "w"),
        ("100 % wool_white", "% wool_"),
        ("東京タワーの朝", "タワ"),
        ("東京タワーの朝", "朝"),
        ("ПРИВЕТ мир", "привет"),
        ("Back\\slash", "k\\s"),
    ],
)
def test_video_is_found_by_a_part_of_its_title(in_team: Team, title: str, text: str) -> None:
    asset = make_asset(in_team, title=title)
    make_asset(in_team, title="zzz", reference="", remote_id="q")
    assert list(Asset.objects.matching(text)) == [asset]


@pytest.mark.parametrize("text", ["nothing like it", "%", "_", "zq", "ü", "\\"])
def test_what_is_nowhere_finds_nothing(in_team: Team, text: str) -> None:
    make_asset(in_team, title="Onboarding")
    assert not Asset.objects.matching(text).exists()


def test_reference_tag_project_and_remote_id_find_it_too(in_team: Team) -> None:
    project = Project.objects.create(team=in_team, name="Kitchen")
    asset = make_asset(
        in_team, project=project, reference="ref-77", tags=["spring", "blue"], remote_id="as_91"
    )
    for text in ("kitch", "REF-7", "blue", "as_91"):
        assert list(Asset.objects.matching(text)) == [asset], text


def test_words_follow_every_change(in_team: Team) -> None:
    project = Project.objects.create(team=in_team, name="Kitchen")
    asset = make_asset(in_team, title="First", project=project)
    Asset.objects.filter(pk=asset.pk).update(title="Second")
    Project.objects.filter(pk=project.pk).update(name="Cellar")
    for text, is_found in (("first", False), ("second", True), ("kitch", False), ("cell", True)):
        assert Asset.objects.matching(text).exists() == is_found, text
    Asset.objects.filter(pk=asset.pk).update(project=None)
    assert not Asset.objects.matching("cell").exists()


def test_words_are_hidden_as_their_video_is(in_team: Team) -> None:
    asset = make_asset(in_team, title="Lesson", hidden_at=timezone.now())
    other = make_asset(in_team, title="Lesson")
    for hidden_at in (None, timezone.now()):
        assert AssetWords.objects.get(asset=asset).is_hidden == asset.is_hidden
        assert not AssetWords.objects.get(asset=other).is_hidden
        Asset.objects.filter(pk=asset.pk).update(hidden_at=hidden_at)
        asset.refresh_from_db()
        assert AssetWords.objects.get(asset=asset).is_hidden == asset.is_hidden


def test_words_go_with_their_video(in_team: Team) -> None:
    make_asset(in_team).delete()
    assert not AssetWords.objects.exists()


def test_common_and_rare_words_find_the_same(in_team: Team) -> None:
    first = make_asset(in_team, title="Lesson one")
    rows = [
        Asset(team=in_team, connection=first.connection, locale_id="en-US",
              title=f"Lesson {n}", media_url=f"https://media.example.org/{n}.mp4")
        for n in range(COMMON)
    ]  # fmt: skip
    Asset.objects.bulk_create(rows)
    assert AssetWords.objects.how_common("lesson") >= COMMON
    assert Asset.objects.matching("lesson").count() == COMMON + 1
    assert AssetWords.objects.how_common("lesson one") == 1
    assert Asset.objects.matching("lesson one").get() == first


def test_words_of_another_team_find_nothing(team: Team) -> None:
    make_asset(make_team(), title="Their secret")
    with team_scope(team.pk):
        assert not Asset.objects.matching("secret").exists()
