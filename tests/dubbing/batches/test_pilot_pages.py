from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from dubbing.models import Asset, BatchItem, RateCard
from dubbing.services.pilots import MOST_AT_ONCE, make_pilot, promote_pilot
from dubbing.states import AssetStatus, Stage
from tests.builders import make_member
from tests.dubbing.pages.html import has_tag, tag_with, text_of


@pytest.fixture
def item(add) -> BatchItem:
    """Three minutes in two languages; somebody first speaks in the thirteenth second."""
    [row] = add(1, title="Film", languages="de-DE,fr-FR")
    facts = {"sound": {"first_speech": 13.5, "speech_share": 0.7}}
    BatchItem.objects.filter(pk=row.pk).update(duration_seconds=Decimal(180), facts=facts)
    row.refresh_from_db()
    return row


@pytest.fixture
def rates(in_team) -> RateCard:
    return RateCard.objects.create(team=in_team, currency="EUR", per_minute=Decimal(2))


def page(item, name="item-pilot"):
    return reverse(f"dubbing:{name}", args=[item.batch_id, item.pk])


def queries_of(call):
    with CaptureQueriesContext(database) as queries:
        assert call().status_code == 200
    return len(queries)


def detail(asset, name="asset-detail"):
    return reverse(f"dubbing:{name}", args=[asset.pk])


def test_the_pilot_is_described_before_it_is_sent(as_alice, item, rates):
    answer = as_alice.get(page(item), {"at": "42.5"})
    words = text_of(answer)
    assert "just before somebody first speaks, 0:12." in words
    assert "2.00 EUR for each language" in words
    assert "checked" in tag_with(answer, 'value="de-DE"')
    assert "checked" not in tag_with(answer, 'value="fr-FR"')
    assert has_tag(answer, 'data-pilot-start="0:42.500"')
    assert not Asset.objects.exists()


def test_a_pilot_is_sent_from_the_rows_page_and_shown_there(as_alice, item):
    form = {"languages": ["fr-FR"], "start": "1:05"}
    answer = as_alice.post(page(item), form, follow=True)
    pilot = Asset.objects.get()
    assert (pilot.start_time, pilot.end_time) == (65, 125)
    assert [dubbing.locale_id for dubbing in pilot.dubbings.all()] == ["fr-FR"]
    assert answer.redirect_chain[-1][0] == page(item, "batch-item")
    assert "Film · pilot" in text_of(answer) and "Promote to the full run" in text_of(answer)
    table = as_alice.get(reverse("dubbing:batch-detail", args=[item.batch_id]))
    assert has_tag(table, f'href="{detail(pilot)}"') and "Being sent" in text_of(table)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"start": "soon"}, "This is not a time."),
        ({"languages": ["it-IT"]}, "The video is not dubbed into it-IT."),
    ],
)
def test_a_refusal_is_said_and_keeps_what_was_typed(as_alice, item, form, words):
    answer = as_alice.post(page(item), form)
    assert answer.status_code == 400 and words in text_of(answer)
    assert f'value="{form.get("start", "")}"' in tag_with(answer, 'name="start"')
    assert not Asset.objects.exists()


def test_a_row_that_can_have_none_says_why(as_alice, item):
    BatchItem.objects.filter(pk=item.pk).update(duration_seconds=Decimal(30))
    for name in ("batch-item", "item-pilot", "item-pilot-progress"):
        assert "It is a minute long or less" in text_of(as_alice.get(page(item, name)))


def test_the_row_follows_its_pilot(as_alice, item, actor):
    pilot = make_pilot(item=item, actor=actor)
    live = page(item, "item-pilot-progress")
    tag = as_alice.get(live)["ETag"]
    assert as_alice.get(live, headers={"If-None-Match": tag}).status_code == 304
    table = reverse("dubbing:batch-rows", args=[item.batch_id])
    seen = as_alice.get(table)["ETag"]
    pilot.dubbings.update(stage=Stage.READY)
    Asset.objects.filter(pk=pilot.pk).update(status=AssetStatus.READY, revision=9)
    answer = as_alice.get(live, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and "Ready for review" in text_of(answer)
    assert as_alice.get(table, headers={"If-None-Match": seen}).status_code == 200


def test_after_a_pilot_that_came_to_nothing_another_is_offered(as_alice, item, actor):
    pilot = make_pilot(item=item, actor=actor)
    Asset.objects.filter(pk=pilot.pk).update(status=AssetStatus.FAILED)
    words = text_of(as_alice.get(page(item, "batch-item")))
    assert "It came to nothing" in words and "Another pilot" in words


def test_several_rows_are_asked_about_and_told_one_by_one(as_alice, item, add, rates):
    [short] = add(1, title="Short")
    BatchItem.objects.filter(pk=short.pk).update(duration_seconds=Decimal(30))
    address = reverse("dubbing:batch-pilots", args=[item.batch_id])
    chosen = {"item": [item.pk, short.pk]}
    words = text_of(as_alice.post(address, chosen | {"ask": "1"}))
    assert "Send sixty seconds of 1 video first?" in words
    assert "The first of each: 2.00 EUR" in words and "All of each: 4.00 EUR" in words
    assert not Asset.objects.exists()
    words = text_of(as_alice.post(address, chosen | {"languages": "all"}))
    assert "Film is on the way" in words
    assert "Short It is a minute long or less" in words
    assert Asset.objects.get().dubbings.count() == 2


@pytest.mark.parametrize("count", [0, MOST_AT_ONCE + 1])
def test_pilots_are_for_a_few(as_alice, batch, add, count):
    rows = add(count) if count else []
    address = reverse("dubbing:batch-pilots", args=[batch.pk])
    answer = as_alice.post(address, {"item": [row.pk for row in rows]}, follow=True)
    assert f"Choose 1 to {MOST_AT_ONCE} videos" in text_of(answer)
    assert not Asset.objects.exists()


def test_a_pilot_is_promoted_from_its_page(as_alice, item, actor, rates):
    pilot = make_pilot(item=item, actor=actor)
    words = text_of(as_alice.get(detail(pilot)))
    assert "A pilot Sixty seconds of “Film”. The full run is not sent yet." in words
    words = text_of(as_alice.get(detail(pilot, "asset-promote")))
    assert "Send all of “Film”?" in words and "3:00 × 2 languages = 6.0 min" in words
    assert "12.00 EUR" in words and "German" in words and "French" in words
    seen = as_alice.get(detail(pilot, "asset-progress"))["ETag"]
    answer = as_alice.post(detail(pilot, "asset-promote"), follow=True)
    full = pilot.full_run
    assert answer.redirect_chain[-1][0] == detail(full)
    assert has_tag(answer, f'href="{detail(pilot)}"')
    answer = as_alice.get(detail(pilot, "asset-progress"), headers={"If-None-Match": seen})
    assert "The full run is sent" in text_of(answer) and has_tag(answer, f'href="{detail(full)}"')
    assert as_alice.get(detail(pilot, "asset-promote")).headers["Location"] == detail(full)


def test_what_is_no_pilot_is_not_promoted(as_alice, item, actor):
    full = promote_pilot(pilot=make_pilot(item=item, actor=actor), actor=actor)
    assert "Only a pilot" in text_of(as_alice.get(detail(full, "asset-promote")))
    answer = as_alice.post(detail(full, "asset-promote"), follow=True)
    assert "Only a pilot" in text_of(answer)
    assert Asset.objects.count() == 2


def test_viewers_see_a_pilot_without_the_verb(item, actor, in_team, client):
    from_row = make_pilot(item=item, actor=actor)
    viewer = make_member(in_team, Role.VIEWER)
    client.force_login(viewer)
    words = text_of(client.get(detail(from_row)))
    assert "Sixty seconds of “Film”" in words and "Promote" not in words


def test_the_list_marks_pilots(as_alice, item, actor):
    make_pilot(item=item, actor=actor)
    answer = as_alice.get(reverse("dubbing:asset-list"))
    assert '<span class="chip">Pilot</span>' in answer.content.decode()


def test_the_table_asks_as_often_for_many_pilots_as_for_few(as_alice, item, add, actor):
    address = reverse("dubbing:batch-rows", args=[item.batch_id])
    make_pilot(item=item, actor=actor)
    as_alice.get(address)  # The first page of a visit notes when the last one ended.
    few = queries_of(lambda: as_alice.get(address))
    for row in add(3):
        make_pilot(item=row, actor=actor)
    assert queries_of(lambda: as_alice.get(address)) == few
