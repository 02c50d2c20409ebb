from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_scope
from dubbing.models import Batch, Upload
from dubbing.services.batches import (
    add_addresses,
    add_rows,
    add_uploads,
    create_batch,
    discard_batch,
    draft_of,
    edit_items,
    follow_settings,
    keep_batch,
    recover_batch,
)
from dubbing.states import BatchState, UploadState, Verdict
from tests.builders import make_team
from tests.dubbing.batches.conftest import SETTINGS

FACTS = {
    "duration": "12.5",
    "width": 640,
    "height": 360,
    "video_codec": "h264",
    "audio_codec": "aac",
    "audio_tracks": 1,
    "format": "MP4/MOV",
}


def make_upload(team, name="show.mp4", **changes):
    fields = {
        "team": team,
        "name": name,
        "size": 10,
        "state": UploadState.READY,
        "file": f"{team.pk}/uploads/{name}",
        "sha256": "a" * 64,
        "facts": FACTS,
        "expires_at": timezone.now(),
    } | changes
    return Upload.objects.create(**fields)


def test_thirty_addresses_make_thirty_rows_in_their_order(batch, actor):
    text = "\n".join(f"https://media.example.org/{n}.mp4" for n in range(30))
    pasted = add_addresses(batch=batch, actor=actor, text=text)
    assert len(pasted.items) == 30 and not pasted.repeats
    assert [item.media_url for item in batch.rows.order_by("position")] == text.splitlines()


def test_new_rows_begin_with_the_batchs_settings(batch, actor):
    [item] = add_rows(batch=batch, actor=actor, rows=[{"media_url": "https://a.example.org/x.mp4"}])
    assert (item.locale, item.languages) == ("en-US", ["de-DE"])
    assert item.faults == {} and item.verdict == Verdict.CHECKING and item.check_due_at


def test_a_rows_own_values_come_before_the_batchs(batch, actor):
    row = {
        "media_url": "https://a.example.org/x.mp4",
        "locale": "fr-FR",
        "languages": "ja-JP it-IT",
    }
    [item] = add_rows(batch=batch, actor=actor, rows=[row])
    assert (item.locale, item.languages) == ("fr-FR", ["ja-JP", "it-IT"])


def test_an_address_that_comes_twice_makes_one_row_and_is_told(batch, actor):
    one = "https://a.example.org/1.mp4"
    assert len(add_addresses(batch=batch, actor=actor, text=f"{one}\n{one}").items) == 1
    again = add_addresses(batch=batch, actor=actor, text=f"\n{one} https://a.example.org/2.mp4")
    assert [link.line for link in again.repeats] == [2]
    assert batch.rows.count() == 2


def test_a_wrong_row_is_kept_with_its_reasons(batch, actor):
    row = {"media_url": "not a link", "locale": "xx", "title": "t" * 900}
    [item] = add_rows(batch=batch, actor=actor, rows=[row])
    assert item.verdict == Verdict.RED
    assert set(item.faults) == {"media_url", "locale", "title"}
    assert item.title == "t" * 900


def test_what_no_column_can_hold_is_refused_as_a_whole(batch, actor):
    rows = [{"title": "fine"}, {"title": "t" * 5000, "speakers_count": "two", "colour": "red"}]
    with pytest.raises(ValidationError) as caught:
        add_rows(batch=batch, actor=actor, rows=rows)
    assert set(caught.value.error_dict) == {"1.title", "1.speakers_count", "1.colour"}
    assert batch.rows.count() == 0


def test_characters_that_no_database_takes_do_no_harm(batch, actor):
    [item] = add_rows(batch=batch, actor=actor, rows=[{"title": "a\0b\ud800", "tags": "x,x, ,y"}])
    item.refresh_from_db()
    assert item.title == "a\x01b\x01" and item.tags == ["x", "y"]
    assert item.faults["title"][0]["code"] == "invalid_title"


def test_the_same_request_makes_its_rows_once(batch, actor):
    rows = [{"media_url": f"https://a.example.org/{n}.mp4"} for n in range(3)]
    name = uuid.uuid4()
    first = add_rows(batch=batch, actor=actor, rows=rows, submission=name)
    again = add_rows(batch=batch, actor=actor, rows=rows, submission=name)
    assert [item.pk for item in first] == [item.pk for item in again]
    assert batch.rows.count() == 3


def test_a_whole_upload_becomes_a_row_once(batch, actor, in_team):
    upload = make_upload(in_team)
    [item] = add_uploads(batch=batch, actor=actor, uploads=[upload])
    assert item.upload == upload and item.file_name == "show.mp4"
    assert item.faults == {} and item.duration_seconds == Decimal("12.5")
    assert add_uploads(batch=batch, actor=actor, uploads=[upload]) == []
    assert draft_of(item).upload == upload


def test_what_is_chosen_after_a_file_arrived_is_meant_for_it_too(in_team, connection, actor):
    batch = create_batch(team=in_team, actor=actor, settings={})
    uploads = [make_upload(in_team) for _ in range(3)]
    early, changed, elsewhere = add_uploads(batch=batch, actor=actor, uploads=uploads)
    assert {"locale", "languages"} <= early.faults.keys()
    edit_items(batch=batch, actor=actor, items=[changed], changes={"languages": ["fr-FR"]})
    keep_batch(batch=batch, settings=SETTINGS | {"speakers_count": "2"})
    batch.refresh_from_db()
    given = [upload.pk for upload in uploads[:2]]
    for _ in range(2):
        follow_settings(batch=batch, actor=actor, uploads=given)
    for item in (early, changed, elsewhere):
        item.refresh_from_db()
    assert (early.locale, early.languages, early.speakers_count) == ("en-US", ["de-DE"], 2)
    assert early.faults == {} and early.check_due_at is not None
    assert (changed.locale, changed.languages) == ("", ["fr-FR"])
    assert (elsewhere.locale, elsewhere.languages) == ("", [])


def test_an_upload_finds_the_row_that_waits_for_it(batch, actor, in_team):
    [waiting] = add_rows(batch=batch, actor=actor, rows=[{"file_name": "folder/SHOW.mp4"}])
    assert waiting.faults["media_url"][0]["code"] == "file_missing"
    upload = make_upload(in_team)
    [item] = add_uploads(batch=batch, actor=actor, uploads=[upload])
    assert item.pk == waiting.pk and batch.rows.count() == 1


def test_settings_and_pasted_text_are_kept_as_they_are_typed(batch):
    keep_batch(batch=batch, settings={"project": "Autumn", "tags": "a, b"}, pasted="https://half")
    kept = Batch.objects.get(pk=batch.pk)
    assert kept.settings["project"] == "Autumn" and kept.settings["tags"] == ["a", "b"]
    assert kept.pasted == "https://half"
    assert kept.revision == batch.revision + 1


def test_pasted_text_that_became_rows_is_kept_no_longer(batch, actor):
    keep_batch(batch=batch, pasted="https://a.example.org/1.mp4")
    add_addresses(batch=batch, actor=actor, text="https://a.example.org/1.mp4")
    assert Batch.objects.get(pk=batch.pk).pasted == ""


def test_a_batch_of_one_id_begins_once(in_team, actor):
    name = uuid.uuid4()
    first = create_batch(team=in_team, actor=actor, settings={}, title="A", batch_id=name)
    again = create_batch(team=in_team, actor=actor, settings={}, title="B", batch_id=name)
    assert (again.pk, again.title) == (first.pk, "A")


def test_the_id_of_another_teams_batch_is_not_there(in_team, actor):
    other = make_team()
    with team_scope(other.pk):
        theirs = create_batch(team=other, actor=actor, settings={})
    with pytest.raises(Batch.DoesNotExist):
        create_batch(team=in_team, actor=actor, settings={}, batch_id=theirs.pk)


def test_a_discarded_draft_takes_nothing_until_it_is_taken_back(batch, actor):
    discard_batch(batch=batch)
    with pytest.raises(ValidationError) as caught:
        add_rows(batch=batch, actor=actor, rows=[{"title": "x"}])
    assert caught.value.code == "batch_closed"
    recover_batch(batch=batch)
    assert add_rows(batch=batch, actor=actor, rows=[{"title": "x"}])
    assert Batch.objects.get(pk=batch.pk).state == BatchState.OPEN
