from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import BatchItem, LinkCheck, Upload
from dubbing.services.actors import Actor
from dubbing.services.batches import edit_items, remove_items
from dubbing.services.measuring import measure_upload
from dubbing.services.preflight import ask_check, check_batch, check_item
from dubbing.states import Verdict
from tests.builders import make_asset, make_connection
from tests.dubbing.media.files import make_tone
from tests.dubbing.preflight.far_server import FarServer, Request, far_server
from tests.dubbing.preflight.rows import make_batch, make_row, make_upload
from tests.media import (
    make_silent_video,
    make_talking_video,
    make_tone_video,
    make_video_without_audio,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(in_team: Team, settings, tmp_path: Path) -> Team:
    settings.MEDIA_ROOT = tmp_path / "media"
    make_connection(in_team)
    return in_team


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return make_talking_video(tmp_path / "talk.mp4", seconds=6)


@pytest.fixture
def server(talk: Path):
    """/talk… answers with the video in parts; everything else is 404."""
    video = talk.read_bytes()

    def handle(request: Request) -> None:
        if request.path.startswith("/talk"):
            request.answer_part(video)
        else:
            request.answer(b"", 404)

    with far_server(handle) as running:
        yield running


def url(server: FarServer, path: str) -> str:
    return f"http://127.0.0.1:{server.port}/{path}"


def codes(item: BatchItem, *levels: str) -> list[str]:
    return [one["code"] for one in item.findings if not levels or one["level"] in levels]


def test_good_link_is_green_and_its_length_is_known(desk, server):
    item = check_item(item=make_row(make_batch(desk), media_url=url(server, "talk.mp4")))
    assert (item.verdict, item.findings, item.faults) == (Verdict.GREEN, [], {})
    assert item.duration_seconds == 6
    assert item.facts["width"] == 160
    assert item.checked_at is not None and item.check_due_at is None


def test_dead_link_is_red_and_says_so(desk, server):
    item = check_item(item=make_row(make_batch(desk), media_url=url(server, "gone.mp4")))
    assert item.verdict == Verdict.RED
    assert codes(item) == ["link_gone"]


def test_one_look_serves_all_who_ask_within_ten_minutes(desk, server):
    batch = make_batch(desk)
    rows = [make_row(batch, media_url=url(server, "talk.mp4")) for _ in range(3)]
    asked = None
    for row in rows:
        check_item(item=row)
        asked = asked or len(server.asked)
        assert len(server.asked) == asked
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(minutes=11))
    check_item(item=rows[0])
    assert len(server.asked) == 2 * asked


def test_check_again_forgets_what_was_known(desk, server):
    item = check_item(item=make_row(make_batch(desk), media_url=url(server, "talk.mp4")))
    asked = len(server.asked)
    ask_check(item=item)
    item.refresh_from_db()
    assert item.verdict == Verdict.CHECKING
    check_batch(batch_id=item.batch_id)
    assert len(server.asked) == 2 * asked


def test_trim_beyond_a_linked_video_is_found(desk, server):
    row = make_row(make_batch(desk), media_url=url(server, "talk.mp4"), end_time="0:07")
    item = check_item(item=row)
    assert item.verdict == Verdict.RED
    assert codes(item) == ["trim_outside"]
    assert item.findings[0]["field"] == "end_time"


def test_background_link_is_looked_at_for_its_sound(desk, server, tmp_path):
    music = make_tone(tmp_path / "music.wav").read_bytes()

    def handle(request: Request) -> None:
        if request.path == "/music.wav":
            request.answer_part(music, "audio/wav")
        else:
            request.answer(b"<!doctype html>", 200)

    with far_server(handle) as other:
        links = {"media_url": url(server, "talk.mp4")}
        fine = links | {"background_audio_url": url(other, "music.wav")}
        page = links | {"background_audio_url": url(other, "page")}
        batches = make_batch(desk), make_batch(desk)
        assert codes(check_item(item=make_row(batches[0], **fine)), "error") == []
        item = check_item(item=make_row(batches[1], **page))
    assert codes(item, "error") == ["link_html"]
    assert item.findings[0]["field"] == "background_audio_url"


def test_server_in_trouble_is_amber_and_asked_again_by_itself(desk):
    with far_server(lambda request: request.answer(b"", 503)) as server:
        item = check_item(item=make_row(make_batch(desk), media_url=url(server, "a.mp4")))
        assert item.verdict == Verdict.AMBER
        assert codes(item) == ["link_trouble"]
        assert item.check_due_at > timezone.now()
        for _ in range(3):
            LinkCheck.objects.all().delete()
            item = check_item(item=item)
        assert item.check_due_at is None


def test_same_link_twice_is_told_on_both_rows_until_one_goes(desk, server):
    batch = make_batch(desk)
    first = make_row(batch, media_url=url(server, "talk.mp4?Signature=a"))
    second = make_row(batch, media_url=url(server, "talk.mp4?Signature=b"))
    check_batch(batch_id=batch.pk)
    for row, other in ((first, second), (second, first)):
        row.refresh_from_db()
        assert row.verdict == Verdict.AMBER
        assert codes(row) == ["duplicate_address"]
        assert row.findings[0]["other"]["id"] == str(other.pk)
        assert f"row {other.position}" in row.findings[0]["message"]
    remove_items(batch=batch, actor=Actor(user=batch.created_by), items=[second])
    check_batch(batch_id=batch.pk)
    first.refresh_from_db()
    assert first.verdict == Verdict.GREEN


def test_row_that_came_later_makes_the_earlier_one_look_again(desk, server):
    batch = make_batch(desk)
    first = check_item(item=make_row(batch, title="The harbour", media_url=url(server, "talk1")))
    assert first.verdict == Verdict.GREEN
    make_row(batch, title="the Harbour", media_url=url(server, "talk2"))
    check_batch(batch_id=batch.pk)
    first.refresh_from_db()
    assert codes(first) == ["duplicate_title"]


def test_different_query_is_another_video(desk, server):
    batch = make_batch(desk)
    make_row(batch, media_url=url(server, "talk?id=1"))
    make_row(batch, media_url=url(server, "talk?id=2"))
    check_batch(batch_id=batch.pk)
    assert {row.verdict for row in BatchItem.objects.all()} == {Verdict.GREEN}


def test_video_that_was_sent_before_is_named(desk, server):
    address = url(server, "talk.mp4")
    sent = make_asset(desk, media_url=address, title="The first one")
    item = check_item(item=make_row(make_batch(desk), media_url=address))
    assert codes(item) == ["duplicate_address"]
    assert "“The first one”" in item.findings[0]["message"]
    assert item.findings[0]["other"] == {
        "kind": "asset",
        "id": str(sent.pk),
        "label": "The first one",
    }


def test_talking_upload_is_green_once_it_was_listened_to(desk, talk):
    upload = make_upload(desk, talk, is_measured=False)
    batch = make_batch(desk)
    item = check_item(item=make_row(batch, upload=upload))
    assert item.verdict == Verdict.CHECKING
    measure_upload(upload_id=upload.pk)
    check_batch(batch_id=batch.pk)
    item.refresh_from_db()
    assert item.verdict == Verdict.GREEN
    assert item.duration_seconds == 6
    assert item.facts["sound"]["first_speech"] < 1


def test_waveform_and_strip_are_stored(desk, talk):
    upload = make_upload(desk, talk)
    with upload.waveform.open() as file:
        waveform = json.load(file)
    assert waveform["peaks_per_second"] == 50
    assert len(waveform["peaks"]) == pytest.approx(300, abs=4)
    assert max(waveform["peaks"]) > 20
    with upload.strip.open() as picture:
        assert picture.read(2) == b"\xff\xd8"


@pytest.mark.parametrize(
    ("make", "verdict", "code"),
    [
        (make_silent_video, Verdict.RED, "silent"),
        (make_tone_video, Verdict.AMBER, "no_speech"),
        (make_video_without_audio, Verdict.RED, "no_audio_stream"),
    ],
)
def test_upload_that_nobody_speaks_in(desk, tmp_path, make, verdict, code):
    upload = make_upload(desk, make(tmp_path / "a.mp4", seconds=4))
    item = check_item(item=make_row(make_batch(desk), upload=upload))
    assert (item.verdict, codes(item, "error", "warning")) == (verdict, [code])


def test_same_file_twice_is_found_by_its_content(desk, talk):
    batch = make_batch(desk)
    first, second = make_upload(desk, talk), make_upload(desk, talk)
    rows = [make_row(batch, upload=first), make_row(batch, upload=second)]
    check_batch(batch_id=batch.pk)
    for row in rows:
        row.refresh_from_db()
        assert codes(row) == ["duplicate_content"]
    asset = make_asset(desk, media_url="", media_file=first.file.name)
    item = check_item(item=rows[0])
    assert str(asset.pk) in {one["other"]["id"] for one in item.findings}


def test_very_short_and_too_long_videos_are_told(desk, tmp_path, settings):
    upload = make_upload(desk, make_talking_video(tmp_path / "a.mp4", seconds=2))
    row = make_row(make_batch(desk), upload=upload)
    assert "very_short" in codes(check_item(item=row), "warning")
    settings.LONGEST_VIDEO_MINUTES = 1
    Upload.objects.update(facts=upload.facts | {"duration": "3600.000"})
    assert "longer_than_limit" in codes(check_item(item=row), "error")


@pytest.mark.django_db(transaction=True)
def test_edit_during_a_check_is_not_written_over(desk, talk):
    batch = make_batch(desk)
    actor = Actor(user=batch.created_by)
    video = talk.read_bytes()
    item_ids: list[BatchItem] = []

    def edit_first(request: Request) -> None:
        """Somebody saves the row while its address is looked at."""
        if item_ids:
            with team_scope(desk.pk):
                changes = {"languages": ["fr-FR"]}
                edit_items(batch=batch, actor=actor, items=[item_ids.pop()], changes=changes)
            connection.close()
        request.answer_part(video)

    with far_server(edit_first) as server:
        item = make_row(batch, media_url=url(server, "a.mp4"))
        item_ids.append(item)
        item = check_item(item=item)
        assert (item.verdict, item.checked_at) == (Verdict.CHECKING, None)
        assert item.check_lease_until is None
        check_batch(batch_id=batch.pk)
    item.refresh_from_db()
    assert (item.verdict, item.languages) == (Verdict.GREEN, ["fr-FR"])


def test_upload_whose_sound_cannot_be_read_goes_on_without(desk, talk):
    upload = make_upload(desk, talk, is_measured=False)
    upload.file.storage.delete(upload.file.name)
    upload.file.storage.save(upload.file.name, ContentFile(b"\x00" * 100))
    measure_upload(upload_id=upload.pk)
    item = check_item(item=make_row(make_batch(desk), upload=upload))
    assert (item.verdict, codes(item, "warning")) == (Verdict.AMBER, ["sound_unknown"])
