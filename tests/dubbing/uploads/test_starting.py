from __future__ import annotations

import threading

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Team, User
from accounts.scoping import team_scope
from dubbing.models import Upload
from dubbing.services.actors import DESK, Actor
from dubbing.services.uploads import (
    give_up_upload,
    held_bytes,
    location_of,
    mark_uploads_used,
    named_upload,
    notice_arrival,
    offset_of,
    spool,
    start_upload,
    tidy_name,
)
from dubbing.states import UploadState
from edge.spool import EndedError
from edge.upload_tokens import UPLOADS_PATH, read_upload
from tests.builders import make_upload


def begin(team: Team, size: int = 1000, **changes: str) -> Upload:
    return start_upload(team=team, actor=DESK, name="talk.mp4", size=size, **changes)


def code_of(refused: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(refused.value.error_list[0].code)


def test_upload_begins_with_an_empty_place_in_the_spool(in_team: Team, alice: User) -> None:
    upload = start_upload(team=in_team, actor=Actor(user=alice), name="talk.mp4", size=1000)
    assert upload.state == UploadState.RECEIVING
    assert upload.created_by == alice
    assert offset_of(upload) == 0
    spool().part(str(upload.pk)).write_bytes(b"abc")
    assert offset_of(upload) == 3


def test_permit_says_whose_upload_it_is(in_team: Team, settings: LazySettings) -> None:
    upload = begin(in_team)
    location = location_of(upload, member="m-1")
    assert location.startswith(f"{settings.EDGE_URL}{UPLOADS_PATH}/")
    grant = read_upload(location.split("/")[-1], secret=settings.SECRET_KEY)
    told = (grant.upload, grant.team, grant.member, grant.size, grant.name)
    assert told == (str(upload.pk), str(in_team.pk), "m-1", 1000, "talk.mp4")
    assert location_of(make_upload(in_team), member="m-1") == ""


@pytest.mark.parametrize(
    ("size", "code"), [(0, "file_empty"), (-1, "file_empty"), (10**12, "file_too_large")]
)
def test_impossible_sizes_are_refused(in_team: Team, size: int, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        begin(in_team, size)
    assert code_of(refused) == code
    assert not Upload.objects.exists()


def test_full_storage_is_told(in_team: Team, settings: LazySettings) -> None:
    settings.MIN_FREE_BYTES = 10**15
    with pytest.raises(ValidationError) as refused:
        begin(in_team)
    assert code_of(refused) == "storage_full"


def test_checksum_has_to_be_one(in_team: Team) -> None:
    with pytest.raises(ValidationError) as refused:
        begin(in_team, checksum="abc")
    assert code_of(refused) == "invalid_checksum"
    assert begin(in_team, checksum="AB" * 32).expected_sha256 == "ab" * 32


def test_quota_counts_what_no_video_is_made_of(in_team: Team, settings: LazySettings) -> None:
    settings.UPLOAD_QUOTA_BYTES = 2500
    first, second = begin(in_team), make_upload(in_team, size=1000)
    make_upload(in_team, size=9000, state=UploadState.REFUSED, file="")
    with pytest.raises(ValidationError) as refused:
        begin(in_team)
    assert code_of(refused) == "upload_quota"
    mark_uploads_used(upload=second, background_upload=None)
    begin(in_team)
    give_up_upload(upload=first, actor=DESK)
    begin(in_team)
    assert held_bytes() == 2000


@pytest.mark.django_db(transaction=True)
def test_two_that_begin_at_once_do_not_pass_the_quota_together(
    team: Team, settings: LazySettings
) -> None:
    settings.UPLOAD_QUOTA_BYTES = 2500
    refused: list[str] = []

    def begin_one() -> None:
        try:
            with team_scope(team.pk):
                begin(team, 1000)
        except ValidationError as error:
            refused.append(str(error.error_list[0].code))
        finally:
            connection.close()

    threads = [threading.Thread(target=begin_one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["upload_quota"] * 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\films\\talk.mp4", "talk.mp4"),
        ("../../etc/passwd", "passwd"),
        ("a\nb.mp4", "a_b.mp4"),
        ("", "video"),
        ("é" * 400 + ".mp4", "é" * 251 + ".mp4"),
    ],
)
def test_names_are_one_line_without_folders(given: str, kept: str) -> None:
    assert tidy_name(given) == kept


def test_upload_that_the_disk_lost_begins_anew(in_team: Team) -> None:
    upload = begin(in_team)
    spool().forget(str(upload.pk))
    notice_arrival(upload=upload)
    assert spool().length(str(upload.pk)) == 0


def test_giving_up_removes_what_came(in_team: Team) -> None:
    upload = begin(in_team)
    give_up_upload(upload=upload, actor=DESK)
    upload.refresh_from_db()
    assert upload.state == UploadState.GIVEN_UP
    with pytest.raises(EndedError):
        spool().take(str(upload.pk))


def test_used_upload_is_not_given_up(in_team: Team) -> None:
    upload = make_upload(in_team)
    mark_uploads_used(upload=upload, background_upload=None)
    with pytest.raises(ValidationError) as refused:
        give_up_upload(upload=upload, actor=DESK)
    assert code_of(refused) == "upload_used"


def test_upload_that_was_swept_away_cannot_be_used(in_team: Team) -> None:
    upload = make_upload(in_team)
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.GIVEN_UP)
    with pytest.raises(ValidationError) as refused:
        mark_uploads_used(upload=None, background_upload=upload)
    assert refused.value.error_dict["background_upload"][0].code == "unknown_upload"


def test_draft_names_uploads_of_its_own_team_only(in_team: Team, charlie: User) -> None:
    mine, theirs = make_upload(in_team), make_upload(charlie.memberships.get().team)
    assert named_upload(f" {mine.pk} ") == mine
    assert named_upload("") is None
    for text in (str(theirs.pk), "no id"):
        found = named_upload(text)
        assert found is not None and found.state == UploadState.GIVEN_UP
