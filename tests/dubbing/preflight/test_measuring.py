from __future__ import annotations

import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing import wake
from dubbing.media import listen
from dubbing.media.limits import run_limited
from dubbing.models import Upload
from dubbing.services.measuring import WAITS, measure_upload
from dubbing.services.slots import MEASURING, free_slot
from dubbing.services.sweep import _due_rows
from tests.dubbing.media.files import make_tone
from tests.dubbing.preflight.rows import make_upload
from tests.media import make_talking_video, run_ffmpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(in_team: Team, settings, tmp_path: Path) -> Upload:
    settings.MEDIA_ROOT = tmp_path / "media"
    video = make_talking_video(tmp_path / "talk.mp4", seconds=6)
    return make_upload(in_team, video, is_measured=False)


def test_measured_once_and_never_again(upload: Upload) -> None:
    measure_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    first = (upload.measured_at, upload.waveform.name)
    measure_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert (upload.measured_at, upload.waveform.name) == first
    assert upload.measure_attempts == 1


def test_work_of_a_dead_worker_is_taken_up_after_its_lease(upload: Upload) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Upload.objects.update(measure_lease_until=soon, measure_attempts=1)
    measure_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.measured_at is None
    Upload.objects.update(measure_lease_until=timezone.now() - timedelta(seconds=1))
    assert (wake.MEASURE, upload.team_id, upload.pk) in _due_rows(timezone.now())
    measure_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert (upload.measure_attempts, upload.measured_at is None) == (2, False)


def test_storage_that_fails_is_tried_some_times_then_goes_on_without(upload: Upload) -> None:
    upload.file.storage.delete(upload.file.name)
    upload.file.storage.save(f"{upload.file.name}/in the way", ContentFile(b""))
    for attempt in range(len(WAITS) + 1):
        Upload.objects.update(measure_lease_until=None)
        measure_upload(upload_id=upload.pk)
        upload.refresh_from_db()
        assert upload.measure_attempts == attempt + 1 or upload.measured_at
    assert "could not be looked into" in upload.facts["sound"]["error"]


@pytest.mark.django_db(transaction=True)
def test_only_so_many_are_measured_at_once(upload: Upload, settings) -> None:
    settings.MEASURES_AT_ONCE = 1
    taken, release = threading.Event(), threading.Event()

    def hold() -> None:
        with free_slot(MEASURING, 1) as free:
            assert free
            taken.set()
            release.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    taken.wait(20)
    measure_upload(upload_id=upload.pk)
    release.set()
    other.join()
    with team_scope(upload.team_id):
        upload.refresh_from_db()
        assert upload.measure_attempts == 0


# --- What is heard ----------------------------------------------------------------------------


def test_speech_is_timed_and_loudness_measured(tmp_path: Path) -> None:
    video = make_talking_video(tmp_path / "talk.mp4", seconds=6)
    late = tmp_path / "late.mp4"
    run_ffmpeg("-i", str(video), "-af", "adelay=4000:all=1,volume=-20dB", "-vn", str(late))
    before, after = listen(video).facts, listen(late).facts
    assert before.first_speech is not None and before.first_speech < 0.5
    assert after.first_speech == pytest.approx(before.first_speech + 4, abs=0.3)
    assert before.loudness is not None and after.loudness is not None
    assert before.loudness - after.loudness == pytest.approx(20, abs=2)
    assert before.speech_share > 0.5


def test_loudness_is_that_of_the_standard(tmp_path: Path) -> None:
    """EBU Tech 3341: a 1 kHz sine of -23 dBFS in both channels is -23 LUFS."""
    sine = "aevalsrc=0.0708*sin(2*PI*1000*t)|0.0708*sin(2*PI*1000*t):s=48000:d=20"
    run_ffmpeg("-f", "lavfi", "-i", sine, str(tmp_path / "a.wav"))
    assert listen(tmp_path / "a.wav").facts.loudness == pytest.approx(-23.0, abs=0.1)


def test_long_sound_is_heard_in_samples_and_drawn_in_full(tmp_path: Path) -> None:
    talk = make_talking_video(tmp_path / "talk.mp4", seconds=6)
    long = tmp_path / "long.mp4"
    run_ffmpeg("-stream_loop", "99", "-i", str(talk), "-vn", "-c:a", "copy", str(long))
    begin = time.process_time()
    sound = listen(long)
    assert time.process_time() - begin < 1
    assert sound.facts.is_sampled
    assert sound.facts.speech_share > 0.6
    assert sound.facts.last_speech is not None and sound.facts.last_speech > 500
    assert len(sound.waveform) < 200_000


def test_tone_is_loud_and_nobody_speaks(tmp_path: Path) -> None:
    facts = listen(make_tone(tmp_path / "a.wav", seconds=8)).facts
    assert (facts.first_speech, facts.speech_share, facts.busiest_minute) == (None, 0.0, None)
    assert facts.loudness is not None


def test_track_that_changes_its_form_midway_is_heard_to_its_end(tmp_path: Path) -> None:
    parts = []
    for number, form in enumerate((("-ar", "44100", "-ac", "1"), ("-ar", "48000", "-ac", "2"))):
        part = make_tone(tmp_path / f"{number}.ts", *form, "-c:a", "mp2", seconds=3)
        parts.append(part.read_bytes())
    (tmp_path / "both.ts").write_bytes(b"".join(parts))
    facts = listen(tmp_path / "both.ts").facts
    assert facts.seconds == pytest.approx(6, abs=0.3)
    assert facts.loudness is not None


def test_claim_is_kept_alive_while_a_worker_works() -> None:
    beats: list[float] = []
    code = "import time; time.sleep(5)"
    said = run_limited(
        [sys.executable, "-c", code], while_waiting=lambda: beats.append(time.monotonic())
    )
    assert said == b""
    assert 1 <= len(beats) <= 3


def test_video_in_a_bucket_is_listened_to_from_a_copy(
    in_team: Team, in_a_bucket: str, settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temporary")
    (tmp_path / "temporary").mkdir()
    video = make_talking_video(tmp_path / "talk.mp4", seconds=6)
    upload = make_upload(in_team, video)
    assert upload.facts["sound"]["first_speech"] < 1
    with upload.waveform.open() as file:
        assert file.read(20).startswith(b'{"peaks_per_second"')
    assert list((tmp_path / "temporary").iterdir()) == []
