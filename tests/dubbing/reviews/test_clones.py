from __future__ import annotations

from decimal import Decimal

import pytest

from dubbing.models import Upload
from tests.builders import make_asset, make_team, make_upload, make_version
from tests.dubbing.pages.html import has_tag, tag_with, text_of


def new_like(client, asset):
    return client.get("/assets/new/", {"like": str(asset.pk)})


@pytest.fixture
def sent(in_team):
    asset = make_asset(
        in_team,
        title="Keynote", tags=["autumn", "live"], speakers_count=3, lips_model="fast",
        start_time=Decimal("12.5"), end_time=Decimal("3723.25"), reference="talk-17",
    )  # fmt: skip
    make_version(asset, "de-DE")
    make_version(asset, "fr-FR")
    return asset


def test_a_clone_begins_with_everything_the_video_was_sent_with(as_alice, sent):
    page = new_like(as_alice, sent)
    form = page.context["form"]
    assert form["media_url"].value() == sent.media_url
    assert (form["title"].value(), form["tags"].value()) == ("Keynote", "autumn, live")
    assert (form["start_time"].value(), form["end_time"].value()) == ("0:12.500", "1:02:03.250")
    assert (form["speakers_count"].value(), form["lips_model"].value()) == (3, "fast")
    chosen = {choice.code for choice in form.language_choices() if choice.is_chosen}
    assert chosen == {"de-DE", "fr-FR"}
    assert "another video" in text_of(page)


def test_a_video_by_upload_is_cloned_from_the_same_file(as_alice, in_team):
    upload = make_upload(in_team)
    names = {"media_name": "talk.mp4", "media_file": upload.file.name}
    asset = make_asset(in_team, media_url="", **names)
    page = new_like(as_alice, asset)
    assert str(upload.pk) in tag_with(page, 'name="upload"')
    assert "Its file has to be given again." not in text_of(page)
    Upload.objects.all().delete()
    assert "Its file has to be given again." in text_of(new_like(as_alice, asset))


def test_another_teams_video_and_nonsense_begin_an_empty_form(as_alice, team):
    foreign = make_asset(make_team(), title="Secret")
    for like in (str(foreign.pk), "nonsense", ""):
        page = as_alice.get("/assets/new/", {"like": like})
        assert page.status_code == 200
        assert "Secret" not in text_of(page)
        assert not has_tag(page, 'id="like"')


def test_the_videos_page_leads_to_its_clone(as_alice, as_bob, sent):
    assert has_tag(as_alice.get(f"/assets/{sent.pk}/"), f"?like={sent.pk}")
    assert not has_tag(as_bob.get(f"/assets/{sent.pk}/"), f"?like={sent.pk}")
