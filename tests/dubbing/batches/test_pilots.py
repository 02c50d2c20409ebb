from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Asset, BatchItem, SubtitleFile
from dubbing.services.batches import expand_batch, remove_items, send_batch
from dubbing.services.pilots import make_pilot, promote_pilot
from dubbing.services.preflight.twins import Twins
from dubbing.states import AssetStatus, LipsModel
from tests.builders import make_asset

SRT = """1
00:00:01,000 --> 00:00:03,000
Zu früh.

2
00:00:29,000 --> 00:00:31,000
Über den Rand.

3
00:00:45,000 --> 00:00:47,000
Mittendrin.

4
00:02:00,000 --> 00:02:02,000
Zu spät.
"""


@pytest.fixture
def item(add) -> BatchItem:
    """Three minutes in three languages, with everything that a row can carry."""
    [row] = add(
        1,
        title="Film",
        reference="F-1",
        project="Autumn",
        tags="a,b",
        languages="de-DE,fr-FR,es-ES",
        lips_model=LipsModel.FAST,
        speakers_count=2,
    )
    BatchItem.objects.filter(pk=row.pk).update(duration_seconds=Decimal(180))
    SubtitleFile.objects.create(
        team_id=row.team_id,
        batch=row.batch,
        item=row,
        locale="de-DE",
        name="film.de.srt",
        original=SRT.encode(),
        text=SRT,
    )
    row.refresh_from_db()
    return row


def span(asset: Asset) -> tuple[Decimal | None, Decimal | None]:
    return asset.start_time, asset.end_time


def test_a_pilot_is_a_minute_of_the_row_in_chosen_languages(item, actor):
    pilot = make_pilot(item=item, actor=actor, languages=["de-DE"], start=Decimal(30))
    assert (pilot.title, pilot.is_pilot, span(pilot)) == ("Film · pilot", True, (30, 90))
    assert (pilot.lips_model, pilot.speakers_count) == (LipsModel.FAST, 2)
    dubbing = pilot.dubbings.get()
    assert dubbing.locale_id == "de-DE"
    assert dubbing.srt.startswith("1\n00:00:30,000 --> 00:00:31,000\nÜber den Rand.")
    assert "Mittendrin" in dubbing.srt and "Zu" not in dubbing.srt
    assert pilot.messages.get().payload == {"dubbings": [str(dubbing.pk)]}
    item.refresh_from_db()
    assert (item.pilot, item.asset) == (pilot, None)


@pytest.mark.parametrize(
    ("changes", "start", "begin"),
    [
        ({}, None, 0),
        ({"facts": {"sound": {"first_speech": 12.5}}}, None, Decimal("11.5")),
        ({}, Decimal(170), 120),
        ({"start_time": "0:20"}, Decimal(5), 20),
        ({"end_time": "1:40"}, Decimal(60), 40),
        ({"duration_seconds": None}, Decimal(500), 500),
    ],
)
def test_the_minute_lies_within_the_rows_trim(item, actor, changes, start, begin):
    item.subtitles.all().delete()  # some cues would lie outside these trims
    BatchItem.objects.filter(pk=item.pk).update(**changes)
    pilot = make_pilot(item=item, actor=actor, languages=["fr-FR"], start=start)
    assert span(pilot) == (begin, begin + 60)


def test_without_a_choice_it_is_the_first_language(item, actor):
    pilot = make_pilot(item=item, actor=actor)
    assert [dubbing.locale_id for dubbing in pilot.dubbings.all()] == ["de-DE"]


@pytest.mark.parametrize(
    ("changes", "languages", "code"),
    [
        ({"duration_seconds": Decimal(60)}, [], "pilot_needless"),
        ({}, ["it-IT"], "not_its_language"),
        ({"locale": "xx-XX"}, [], "unknown_locale"),
    ],
)
def test_what_makes_no_pilot_says_why_and_leaves_nothing(item, actor, changes, languages, code):
    BatchItem.objects.filter(pk=item.pk).update(**changes)
    with pytest.raises(ValidationError) as refusal:
        make_pilot(item=item, actor=actor, languages=languages)
    errors = getattr(refusal.value, "error_dict", {"": [refusal.value]})
    assert code in {error.code for found in errors.values() for error in found}
    assert not Asset.objects.exists()


def test_a_second_pilot_waits_for_the_first_to_come_to_nothing(item, actor):
    first = make_pilot(item=item, actor=actor)
    with pytest.raises(ValidationError) as refusal:
        make_pilot(item=item, actor=actor)
    assert refusal.value.code == "pilot_running"
    Asset.objects.filter(pk=first.pk).update(status=AssetStatus.FAILED)
    assert make_pilot(item=item, actor=actor).pk != first.pk


def test_a_row_that_was_taken_out_makes_no_pilot(item, batch, actor):
    remove_items(batch=batch, actor=actor, items=[item])
    with pytest.raises(ValidationError) as refusal:
        make_pilot(item=item, actor=actor)
    assert refusal.value.code == "item_closed"


def test_promoting_sends_the_row_with_everything_and_links_both(item, actor):
    pilot = make_pilot(item=item, actor=actor, languages=["de-DE"])
    full = promote_pilot(pilot=pilot, actor=actor)
    assert (full.title, full.reference, span(full)) == ("Film", "F-1", (None, None))
    assert (full.project.name, full.tags, full.media_url) == ("Autumn", ["a", "b"], item.media_url)
    languages = {dubbing.locale_id: dubbing.srt for dubbing in full.dubbings.all()}
    assert set(languages) == {"de-DE", "fr-FR", "es-ES"}
    assert "Zu spät" in languages["de-DE"] and not languages["fr-FR"]
    assert (full.promoted_from, pilot.full_run, full.is_pilot) == (pilot, full, False)
    item.refresh_from_db()
    assert item.asset == full


def test_promoting_twice_makes_one_video(item, actor):
    pilot = make_pilot(item=item, actor=actor)
    assert promote_pilot(pilot=pilot, actor=actor) == promote_pilot(pilot=pilot, actor=actor)
    assert Asset.objects.count() == 2


def test_a_row_sent_with_its_batch_is_the_pilots_full_run(item, batch, actor, pass_checks):
    pilot = make_pilot(item=item, actor=actor)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    expand_batch(batch_id=batch.pk)
    item.refresh_from_db()
    assert item.asset.promoted_from == pilot
    assert promote_pilot(pilot=pilot, actor=actor) == item.asset


def test_only_a_pilot_that_lives_is_promoted(item, actor):
    pilot = make_pilot(item=item, actor=actor)
    Asset.objects.filter(pk=pilot.pk).update(status=AssetStatus.FAILED)
    for asset in (pilot, make_asset(item.batch.team)):
        with pytest.raises(ValidationError) as refusal:
            promote_pilot(pilot=asset, actor=actor)
        assert refusal.value.code == "not_a_pilot"


def test_a_pilot_is_no_second_copy_of_its_row(item, actor):
    pilot = make_pilot(item=item, actor=actor)
    assert [twin.other for twin in Twins([item]).of(item)] == []
    full = promote_pilot(pilot=pilot, actor=actor)
    item.asset = None
    assert [twin.other for twin in Twins([item]).of(item)] == [full]
