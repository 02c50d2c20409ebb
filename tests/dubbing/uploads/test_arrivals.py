from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Team
from dubbing.models import Batch, BatchItem, Upload
from dubbing.services.actors import DESK
from dubbing.services.arrivals import due_arrivals
from dubbing.services.uploads import give_up_upload, has_news, spool, start_upload
from dubbing.states import UploadState
from edge.spool import GIVEN_UP, REFUSED, WHOLE, End
from tests.dubbing.uploads.arriving import finished, whole_upload
from tests.media import make_audio_only


def assert_is_ready(upload: Upload, content: bytes) -> None:
    assert upload.state == UploadState.READY, upload.error_message
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    with upload.file.open("rb") as file:
        assert file.read() == content
    assert not spool().part(str(upload.pk)).exists()
    assert spool().end_of(str(upload.pk)) == End(WHOLE)


def files_of(upload: Upload) -> set[str]:
    folder = f"{upload.team_id}/uploads/{upload.pk}"
    return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


def test_whole_upload_is_looked_into_and_stored(in_team: Team, video: bytes) -> None:
    upload = finished(whole_upload(in_team, video))
    assert_is_ready(upload, video)
    assert upload.facts["format"] == "MP4/MOV"
    assert upload.poster and default_storage.exists(upload.poster.name)
    assert upload.finished_at is not None and upload.lease_until is None
    assert files_of(upload) == {upload.file.name, upload.poster.name}


def test_it_is_moved_and_not_copied(in_team: Team, video: bytes) -> None:
    upload = whole_upload(in_team, video)
    before = spool().part(str(upload.pk)).stat().st_ino
    assert Path(finished(upload).file.path).stat().st_ino == before


@pytest.mark.usefixtures("in_a_bucket")
def test_it_goes_into_a_bucket(in_team: Team, video: bytes) -> None:
    upload = finished(whole_upload(in_team, video))
    assert_is_ready(upload, video)
    assert files_of(upload) == {upload.file.name, upload.poster.name}
    give_up_upload(upload=upload, actor=DESK)
    assert files_of(upload) == set()


def test_sound_alone_is_taken_for_a_background_track(in_team: Team, tmp_path: Path) -> None:
    sound = make_audio_only(tmp_path / "sound.m4a").read_bytes()
    upload = finished(whole_upload(in_team, sound, name="sound.m4a"))
    assert_is_ready(upload, sound)
    assert (upload.facts["width"], upload.poster.name) == (0, "")


def test_what_is_no_video_is_refused_in_words(in_team: Team) -> None:
    upload = finished(whole_upload(in_team, b"This is a text. " * 500))
    assert (upload.state, upload.error_code) == (UploadState.REFUSED, "not_a_video")
    assert upload.error_message
    assert not spool().part(str(upload.pk)).exists()


def test_half_a_video_is_refused(in_team: Team, video: bytes) -> None:
    upload = finished(whole_upload(in_team, video[: len(video) // 2]))
    assert upload.state == UploadState.REFUSED


def test_sum_that_was_told_beforehand_is_held_against_what_came(
    in_team: Team, video: bytes
) -> None:
    right = finished(whole_upload(in_team, video, checksum=hashlib.sha256(video).hexdigest()))
    assert right.state == UploadState.READY
    wrong = finished(whole_upload(in_team, video, checksum="0" * 64))
    assert (wrong.state, wrong.error_code) == (UploadState.REFUSED, "checksum_mismatch")


def test_unfinished_upload_is_left_alone(in_team: Team, video: bytes) -> None:
    upload = start_upload(team=in_team, actor=DESK, name="a.mp4", size=len(video))
    spool().part(str(upload.pk)).write_bytes(video[:100])
    assert not has_news(upload)
    assert finished(upload).state == UploadState.RECEIVING
    assert due_arrivals(timezone.now()) == []


def test_what_edge_ended_is_told_here(in_team: Team) -> None:
    refused = start_upload(team=in_team, actor=DESK, name="a.mp4", size=100)
    spool().end(str(refused.pk), End(REFUSED, "not_a_video", "No video."))
    given_up = start_upload(team=in_team, actor=DESK, name="b.mp4", size=100)
    spool().end(str(given_up.pk), End(GIVEN_UP))
    assert has_news(refused) and has_news(given_up)
    assert due_arrivals(timezone.now()) == [(in_team.pk, refused.pk), (in_team.pk, given_up.pk)]
    assert finished(refused).error_message == "No video."
    assert finished(given_up).state == UploadState.GIVEN_UP
    assert due_arrivals(timezone.now()) == []


def test_upload_in_a_workers_hands_is_not_taken_twice(in_team: Team, video: bytes) -> None:
    upload = whole_upload(in_team, video)
    Upload.objects.filter(pk=upload.pk).update(
        lease_until=timezone.now() + timedelta(minutes=1), state=UploadState.CHECKING
    )
    assert due_arrivals(timezone.now()) == []
    assert finished(upload).state == UploadState.CHECKING
    assert due_arrivals(timezone.now() + timedelta(minutes=2)) == [(in_team.pk, upload.pk)]


def test_somebody_who_still_writes_is_not_disturbed(in_team: Team, video: bytes) -> None:
    upload = whole_upload(in_team, video)
    with spool().alone_with(str(upload.pk)):
        assert finished(upload).state == UploadState.RECEIVING
    Upload.objects.filter(pk=upload.pk).update(lease_until=None)
    assert finished(upload).state == UploadState.READY


def test_given_up_while_it_was_checked_stays_given_up(in_team: Team, video: bytes) -> None:
    upload = whole_upload(in_team, video)
    give_up_upload(upload=upload, actor=DESK)
    assert finished(upload).state == UploadState.GIVEN_UP
    assert not upload.file


def test_rows_that_wait_for_it_are_judged_anew(in_team: Team, video: bytes) -> None:
    upload = whole_upload(in_team, video)
    batch = Batch.objects.create(team=in_team)
    item = BatchItem.objects.create(team=in_team, batch=batch, position=1, upload=upload)
    finished(upload)
    item.refresh_from_db()
    assert item.check_due_at is not None


class TestAfterAKill:
    """What each moment of an attempt leaves behind when its process dies there."""

    def claimed(self, team: Team, content: bytes) -> Upload:
        upload = whole_upload(team, content)
        Upload.objects.filter(pk=upload.pk).update(
            attempts=1, state=UploadState.CHECKING, lease_until=timezone.now() - timedelta(1)
        )
        return upload

    def summed(self, team: Team, content: bytes) -> Upload:
        upload = self.claimed(team, content)
        ready = finished(whole_upload(team, content))
        Upload.objects.filter(pk=upload.pk).update(sha256=ready.sha256, facts=ready.facts)
        return upload

    def test_before_it_was_looked_into(self, in_team: Team, video: bytes) -> None:
        assert_is_ready(finished(self.claimed(in_team, video)), video)

    def test_before_it_was_moved(self, in_team: Team, video: bytes) -> None:
        assert_is_ready(finished(self.summed(in_team, video)), video)

    def test_after_it_was_moved(self, in_team: Team, video: bytes) -> None:
        upload = self.summed(in_team, video)
        upload.file.save("file.mp4", ContentFile(video), save=False)
        spool().part(str(upload.pk)).unlink()
        assert_is_ready(finished(upload), video)

    def test_while_it_was_copied(self, in_team: Team, video: bytes) -> None:
        upload = self.summed(in_team, video)
        upload.file.save("file.mp4", ContentFile(video[:500]), save=False)
        half = upload.file.name
        assert_is_ready(finished(upload), video)
        assert half not in files_of(upload)

    def test_after_it_was_ready(self, in_team: Team, video: bytes) -> None:
        upload = finished(whole_upload(in_team, video))
        spool().forget(str(upload.pk))
        assert due_arrivals(timezone.now()) == []
        assert finished(upload).state == UploadState.READY

    def test_when_the_disk_lost_it(self, in_team: Team, video: bytes) -> None:
        upload = self.summed(in_team, video)
        upload.file.save("file.mp4", ContentFile(b"x" + video[1:]), save=False)
        spool().part(str(upload.pk)).unlink()
        assert (finished(upload).state, upload.error_code) == (UploadState.REFUSED, "file_missing")
