from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, OutboxMessage
from dubbing.services.actors import Actor
from dubbing.services.replacements import replace_asset
from dubbing.states import AssetStatus, Kind, MessageState, Stage
from tests.builders import make_asset, make_version


@pytest.fixture
def failed(team: Team) -> Asset:
    asset = make_asset(
        team,
        status=AssetStatus.FAILED,
        tags=["spring"],
        reference="R-1",
        speakers_count=2,
        start_time="1.5",
        lips_model="fast",
        error_code="NoSpeech",
    )
    with team_scope(team.pk):
        dubbing = make_version(asset).dubbing
        dubbing.srt, dubbing.srt_name = "1\n", "a.srt"
        dubbing.save()
    return asset


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_person_replaces_a_failed_video_and_both_lead_to_each_other(as_alice, team, failed):
    page = as_alice.get(f"/assets/{failed.pk}/")
    assert "Send a new video in its place" in text(page)
    assert "It is paid again" in text(as_alice.get(f"/assets/{failed.pk}/replace/"))
    answer = as_alice.post(f"/assets/{failed.pk}/replace/", follow=True)
    assert "sent in place of" in text(answer)
    with team_scope(team.pk):
        new = Asset.objects.get(replaces=failed)
        for name in ("title", "reference", "tags", "media_url", "speakers_count", "lips_model"):
            assert getattr(new, name) == getattr(failed, name)
        dubbing = new.dubbings.get()
        assert (dubbing.srt, dubbing.srt_name, dubbing.stage) == ("1\n", "a.srt", Stage.SENDING)
        assert (new.remote_id, new.status, new.error_code) == ("", AssetStatus.SENDING, "")
        message = OutboxMessage.objects.get(asset=new)
        assert (message.kind, message.state) == (Kind.CREATE, MessageState.WAITING)
        assert new.callback_token != failed.callback_token
    page = as_alice.get(f"/assets/{failed.pk}/")
    assert "It has been replaced by a new video" in text(page)


def test_a_double_press_sends_one(as_alice, team, failed):
    as_alice.post(f"/assets/{failed.pk}/replace/")
    words = text(as_alice.post(f"/assets/{failed.pk}/replace/", follow=True))
    assert "replaced already" in words
    with team_scope(team.pk):
        assert Asset.objects.filter(replaces=failed).count() == 1


def test_only_a_failed_video_is_replaced(as_alice, team, alice):
    asset = make_asset(team)
    with team_scope(team.pk), pytest.raises(ValidationError) as refusal:
        replace_asset(asset=asset, actor=Actor(user=alice))
    assert refusal.value.code == "not_replaceable"
    assert "Only a video that failed" in text(as_alice.get(f"/assets/{asset.pk}/replace/"))


def test_the_new_video_has_a_file_of_its_own(team, alice, failed):
    with team_scope(team.pk):
        failed.media_url, failed.media_name = "", "talk.mp4"
        failed.media_file.save("talk.mp4", ContentFile(b"film"), save=False)
        failed.save()
        new = replace_asset(asset=failed, actor=Actor(user=alice))
        assert new.media_file.name != failed.media_file.name
        failed.media_file.delete(save=False)
        new = Asset.objects.get(pk=new.pk)
        with new.media_file.open("rb") as file:
            assert file.read() == b"film"


def test_a_file_that_is_gone_is_said_and_nothing_is_sent(team, alice, failed):
    with team_scope(team.pk):
        Asset.objects.filter(pk=failed.pk).update(media_url="", media_file="gone/talk.mp4")
        with pytest.raises(ValidationError) as refusal:
            replace_asset(asset=failed, actor=Actor(user=alice))
        assert refusal.value.code == "file_gone"
        assert Asset.objects.count() == 1
