"""The files that videos were given as go when nothing needs them any more, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.scoping import all_teams
from dubbing.models import Asset, Dubbing, Film, StatusChange, Upload
from dubbing.services.links import source_link
from dubbing.services.originals import remove_originals
from dubbing.states import AssetStatus, FilmState, Kind, MessageState, Stage, UploadState
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.admin.rows import make_message
from tests.dubbing.pages.rows import make_film

LONG_AGO = timedelta(days=40)


@pytest.fixture(autouse=True)
def after_a_month(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEEP_ORIGINALS_DAYS = 30


def finished(team, name="", **changes):
    """A video given as a file, its one film made long ago."""
    asset = make_asset(team, status=AssetStatus.READY, **changes)
    make_film(make_version(asset))
    with all_teams("test"):
        asset.media_url, asset.media_name = "", "talk.mp4"
        if name:
            asset.media_file = name
        else:
            asset.media_file.save("talk.mp4", ContentFile(b"original"), save=False)
        asset.save()
        Dubbing.objects.filter(asset=asset).update(
            stage=Stage.FINISHED, stage_since=timezone.now() - LONG_AGO
        )
    return asset


def is_kept(asset):
    with all_teams("test"):
        row = Asset.objects.get(pk=asset.pk)
    assert default_storage.exists(row.media_file.name) == (row.original_removed_at is None)
    return row.original_removed_at is None


def test_the_original_goes_and_the_film_stays(team):
    asset = finished(team)
    assert remove_originals() == 1
    assert not is_kept(asset)
    with all_teams("test"):
        film = Film.objects.get()
        assert default_storage.exists(film.file.name)
        assert "finished for 30 days" in StatusChange.objects.get().note
        assert source_link(asset=Asset.objects.get(), member="m") == ""
    assert remove_originals() == 0


def test_it_is_off_by_default(team, settings):
    settings.KEEP_ORIGINALS_DAYS = 0
    asset = finished(team)
    assert remove_originals() == 0 and is_kept(asset)


def lately(asset):
    Dubbing.objects.update(stage_since=timezone.now())


def one_more_language(asset):
    make_dubbing(asset, locale="fr-FR", stage=Stage.READY)


def a_film_to_copy(asset):
    Film.objects.update(state=FilmState.WANTED, file="", sha256="", size=None)


def failed(asset):
    Asset.objects.update(status=AssetStatus.FAILED)


def never_arrived(asset):
    Asset.objects.update(remote_id="")


def unconfirmed(asset):
    make_message(asset, MessageState.UNCONFIRMED, Kind.CREATE)


@pytest.mark.parametrize(
    "need", [lately, one_more_language, a_film_to_copy, failed, never_arrived, unconfirmed]
)
def test_what_may_be_needed_stays(team, need):
    asset = finished(team)
    with all_teams("test"):
        need(asset)
    assert remove_originals() == 0 and is_kept(asset)


def test_a_shared_file_stays_while_one_video_needs_it(team):
    asset = finished(team)
    other = finished(team, name=asset.media_file.name)
    with all_teams("test"):
        Dubbing.objects.filter(asset=other).update(stage=Stage.GENERATING)
    assert remove_originals() == 0 and is_kept(asset)
    with all_teams("test"):
        Dubbing.objects.update(stage=Stage.FINISHED, stage_since=timezone.now() - LONG_AGO)
    assert remove_originals() == 2
    assert not is_kept(asset) and not is_kept(other)


def test_an_upload_whose_file_went_is_offered_no_more(team):
    asset = finished(team)
    with all_teams("test"):
        upload = Upload.objects.create(
            team=team,
            name="talk.mp4",
            size=8,
            state=UploadState.READY,
            file=asset.media_file.name,
            sha256="ab" * 32,
            used_at=timezone.now(),
            expires_at=timezone.now(),
        )
        remove_originals()
        upload.refresh_from_db()
    assert (upload.state, upload.file.name) == (UploadState.GIVEN_UP, "")


def test_a_deletion_that_was_cut_off_is_made_up_for(team):
    asset = finished(team)
    remove_originals()
    with all_teams("test"):
        default_storage.save(asset.media_file.name, ContentFile(b"still here"))
    remove_originals()
    assert not default_storage.exists(asset.media_file.name)


def test_the_page_says_so(team, as_alice):
    asset = finished(team)
    remove_originals()
    text = as_alice.get(reverse("dubbing:asset-detail", args=[asset.pk])).content.decode()
    assert "original no longer kept" in text and "The original is no longer kept" in text
    assert "Original removed: everything has been finished for 30 days" in text
