from __future__ import annotations

import json

import pytest
from django.utils import timezone

from dubbing.models import Dubbing, StatusChange, Version
from dubbing.services.notes import add_note
from dubbing.services.reviews import ask_revision
from dubbing.states import Event, Kind, MessageState, VersionStatus
from tests.builders import make_asset, make_delivery, make_team, make_version
from tests.dubbing.pages.html import has_tag, tag_with, text_of
from tests.dubbing.pages.rows import make_film, make_message
from tests.dubbing.signing import body_for

TABS = ["languages", "review", "files", "history", "technical"]


def page_of(asset, tab: str = "") -> str:
    return f"/assets/{asset.pk}/" + (f"?tab={tab}" if tab else "")


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_has_an_address_and_renews_itself(as_alice, asset, version, tab):
    page = as_alice.get(page_of(asset, tab))
    assert page.status_code == 200
    query = f"?tab={tab}" if tab != "languages" else ""
    assert tag_with(page, f'data-live-url="/assets/{asset.pk}/progress/{query}"')
    part = as_alice.get(f"/assets/{asset.pk}/progress/{query}")
    same = as_alice.get(
        f"/assets/{asset.pk}/progress/{query}", headers={"If-None-Match": part["ETag"]}
    )
    assert (part.status_code, same.status_code) == (200, 304)


@pytest.mark.parametrize("tab", ["", "nonsense", "<script>", "LANGUAGES"])
def test_an_unknown_tab_is_the_first(as_alice, asset, version, tab):
    assert as_alice.get(page_of(asset, tab)).context["tab"] == "languages"


def test_the_technical_tab_is_for_who_produces(as_bob, asset, version):
    page = as_bob.get(page_of(asset, "technical"))
    assert page.context["tab"] == "languages"
    assert not has_tag(page, "?tab=technical")


def test_the_review_tab_gathers_notes_and_verdicts_of_all_languages(
    as_alice, asset, version, reviewer, actor
):
    french = make_version(asset, "fr-FR").dubbing
    add_note(dubbing=french, text="Plus fort", at_seconds=3, actor=actor)
    ask_revision(dubbing=version.dubbing, actor=reviewer, reason="The names")
    page = as_alice.get(page_of(asset, "review"))
    words = text_of(page)
    assert "Plus fort" in words and "The names" in words
    assert "German · Revision asked. The names" in words
    assert has_tag(page, f'href="/versions/{french.current_id}/#note-')


def test_the_files_tab_names_what_was_given_and_what_came_back(as_alice, asset, version):
    make_film(make_version(asset, "fr-FR", VersionStatus.COMPLETED))
    Dubbing.objects.filter(pk=version.dubbing_id).update(srt="1\n00:00", srt_name="keynote.srt")
    words = text_of(as_alice.get(page_of(asset, "files")))
    assert "keynote.srt" in words and "French" in words and "Download" in words
    srt = as_alice.get(f"/dubbings/{version.dubbing_id}/srt/")
    assert srt.content == b"1\n00:00"
    assert srt["Content-Disposition"] == 'attachment; filename="Keynote_de-DE.srt"'


def test_a_viewer_may_see_the_files_but_not_take_them(as_bob, asset):
    make_film(make_version(asset, "fr-FR", VersionStatus.COMPLETED))
    page = as_bob.get(page_of(asset, "files"))
    assert "French" in text_of(page) and "Download" not in text_of(page)


def test_a_name_that_no_header_takes_becomes_plain(as_alice, in_team):
    asset = make_asset(in_team, title='Über "alles"\u202e 🎬')
    dubbing = make_version(asset).dubbing
    Dubbing.objects.filter(pk=dubbing.pk).update(srt="1")
    name = as_alice.get(f"/dubbings/{dubbing.pk}/srt/")["Content-Disposition"]
    assert name.isascii() and name.count('"') == 2


def test_the_technical_tab_shows_calls_and_callbacks_without_secrets(as_alice, asset, version):
    make_message(
        asset, Kind.GENERATE, MessageState.REFUSED, version=version, status_code=422,
        error_message="No credits left.",
    )  # fmt: skip
    make_delivery(version, moved=True)
    page = as_alice.get(page_of(asset, "technical"))
    words = text_of(page)
    assert "No credits left." in words and "422" in words
    assert "signature verified (hex)" in words and "moved it" in words
    assert version.remote_id in words
    assert asset.callback_token not in page.content.decode()


def test_a_callback_that_was_lost_on_us_is_applied_again(as_alice, asset):
    version = make_version(asset, "fr-FR", VersionStatus.GENERATING)
    delivery = make_delivery(version)
    page = as_alice.post(f"/deliveries/{delivery.pk}/replay/", follow=True)
    assert "Applied again. It moved the dub." in text_of(page)
    assert Version.objects.get(pk=version.pk).status == VersionStatus.COMPLETED
    assert "applied again by hand" in text_of(page)
    assert StatusChange.objects.filter(note__contains="applied again").count() == 1
    asset.refresh_from_db()
    assert asset.refresh_due_at is not None


def test_applied_a_second_time_it_moves_nothing(as_alice, asset):
    version = make_version(asset, "fr-FR", VersionStatus.COMPLETED)
    delivery = make_delivery(version)
    page = as_alice.post(f"/deliveries/{delivery.pk}/replay/", follow=True)
    assert "It moved nothing." in text_of(page)


def test_a_failed_asset_is_told_again_as_well(as_alice, asset, version):
    delivery = make_delivery(
        version,
        event=Event.ASSET_FAILED,
        raw_event="asset_failed",
        body=json.loads(body_for(asset, "asset_failed")),
    )
    page = as_alice.post(f"/deliveries/{delivery.pk}/replay/", follow=True)
    assert "It moved the dub." in text_of(page)
    asset.refresh_from_db()
    assert asset.status == "Failed"


def test_a_body_that_is_not_understood_any_more_says_so(as_alice, asset, version):
    delivery = make_delivery(version, body={"strange": True})
    page = as_alice.post(f"/deliveries/{delivery.pk}/replay/", follow=True)
    assert "cannot be applied any more" in text_of(page)


def test_panjaya_is_asked_at_once(as_alice, asset, version):
    page = as_alice.post(f"/assets/{asset.pk}/look/", follow=True)
    assert "Panjaya is asked now" in text_of(page)
    asset.refresh_from_db()
    assert asset.refresh_due_at <= timezone.now()


def test_what_panjaya_does_not_have_is_not_asked_for(as_alice, in_team):
    asset = make_asset(in_team, remote_id="")
    page = as_alice.post(f"/assets/{asset.pk}/look/", follow=True)
    assert "nothing to ask for" in text_of(page)


def test_another_teams_delivery_is_not_found(as_alice):
    with_other = make_version(make_asset(make_team()))
    assert as_alice.post(f"/deliveries/{with_other.pk}/replay/").status_code == 404


def test_the_current_version_stands_in_the_languages_list(as_alice, asset, version):
    make_version(asset)
    Dubbing.objects.update(is_pinned=True, current=version)
    rows = as_alice.get(page_of(asset)).context["screen"].rows
    assert [row.version for row in rows] == [version]
