"""Files that were uploaded and then left: listed, made videos of, deleted."""

from __future__ import annotations

from django.conf import LazySettings
from django.urls import reverse

from dubbing.models import Batch, Upload
from dubbing.services.actors import Actor
from dubbing.services.batches import add_uploads, create_batch, remove_items
from dubbing.services.loose_files import loose_files
from dubbing.services.uploads import start_upload
from dubbing.states import UploadState
from tests.builders import make_connection, make_team, make_upload
from tests.dubbing.pages.html import text_of

FILES = "/batches/files/"


def test_a_file_is_listed_as_long_as_nothing_holds_it(in_team):
    make_connection(in_team)
    upload = make_upload(in_team)
    make_upload(in_team, used_at="2026-01-01T00:00Z")
    make_upload(in_team, state=UploadState.GIVEN_UP)
    assert list(loose_files()) == [upload]
    batch = create_batch(team=in_team, actor=Actor(), settings={})
    items = add_uploads(batch=batch, actor=Actor(), uploads=[upload])
    assert not loose_files().exists()
    remove_items(batch=batch, actor=Actor(), items=items)
    assert list(loose_files()) == [upload]


def test_the_page_tells_of_each_file_and_of_the_quota(as_alice, in_team, settings: LazySettings):
    settings.UPLOAD_QUOTA_BYTES = 10_000
    make_upload(in_team, name="left.mp4", size=2048)
    make_upload(
        in_team, name="odd.mp4", state=UploadState.REFUSED, error_message="This is no video."
    )
    start_upload(team=in_team, actor=Actor(), name="half.mp4", size=4096)
    make_upload(make_team(), name="theirs.mp4")
    page = text_of(as_alice.get(FILES))
    assert "left.mp4" in page and "2.0 kB" in page and "theirs.mp4" not in page
    assert "This is no video." in page
    assert "half.mp4" in page and "0 % is here" in page
    assert "6.1 kB of the 10.0 kB" in page
    assert "Files without a video 3" in text_of(as_alice.get(reverse("dubbing:batch-list")))


def test_a_video_is_made_of_a_file_in_a_draft(as_alice, in_team):
    make_connection(in_team)
    uploads = [make_upload(in_team, name="a.mp4"), make_upload(in_team, name="b.mp4")]
    theirs = make_upload(make_team())
    ids = [str(upload.pk) for upload in [*uploads, theirs]]
    answer = as_alice.post(f"{FILES}use/", {"file": ids})
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("dubbing:batch-add", args=[batch.pk])
    assert [item.file_name for item in batch.rows.order_by("position")] == ["a.mp4", "b.mp4"]
    as_alice.post(f"{FILES}use/", {"file": ids})
    assert Batch.objects.count() == 1, "pressed twice"
    assert "in a draft already" in text_of(as_alice.get(FILES))


def test_a_file_is_deleted_after_a_question(as_alice, in_team):
    upload = make_upload(in_team, name="left.mp4")
    address = f"{FILES}{upload.pk}/delete/"
    assert "cannot be taken back" in text_of(as_alice.get(address))
    assert Upload.objects.get().state == UploadState.READY
    as_alice.post(address)
    assert Upload.objects.get().state == UploadState.GIVEN_UP
    assert "No file lies here alone" in text_of(as_alice.get(FILES))


def test_a_file_that_became_a_video_is_not_deleted(as_alice, in_team):
    upload = make_upload(in_team, used_at="2026-01-01T00:00Z")
    as_alice.post(f"{FILES}{upload.pk}/delete/")
    assert Upload.objects.get().state == UploadState.READY
    assert "it is kept with it" in text_of(as_alice.get(FILES))
