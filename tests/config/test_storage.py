"""One set of promises, held by the disk and by the bucket."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.storage import Showing, store
from tests.bucket_process import SECRET_KEY, client_of, free_port, storages_of

FILM = os.urandom(3_000_000)
SHOWING = Showing("video/mp4", "Ein Film – 1.mp4", inline=True)
STREAM = """
import sys
import django
django.setup()
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from config.storage import store

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) // 1024

size = int(sys.argv[2])
default_storage.save("small.mp4", ContentFile(b"x"))
before = peak()
with open(sys.argv[1], "rb") as file:
    name = default_storage.save("big.mp4", File(file))
read = 0
with store().open_stream(name) as (stream, length):
    while data := stream.read(512 * 1024):
        read += len(data)
assert read == length == size, (read, length)
print(peak() - before)
"""


@pytest.fixture(params=["disk", "bucket"])
def place(request, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    if request.param == "bucket":
        request.getfixturevalue("in_a_bucket")
    return request.param


def put(content: bytes = FILM, name: str = "team/asset/source/video.mp4") -> str:
    return default_storage.save(name, ContentFile(content))


def test_what_is_put_is_read(place):
    name = put()
    with default_storage.open(name, "rb") as file:
        assert file.read() == FILM
    assert default_storage.exists(name) and default_storage.size(name) == len(FILM)


def test_a_stream_reads_it_once_in_pieces(place):
    with store().open_stream(put()) as (stream, size):
        pieces = []
        while piece := stream.read(700_000):
            pieces.append(piece)
    assert size == len(FILM) and b"".join(pieces) == FILM and len(pieces) > 3


def test_the_same_name_twice_is_two_files(place):
    first, second = put(b"one"), put(b"two")
    assert first != second
    with default_storage.open(first) as file:
        assert file.read() == b"one"


def test_a_copy_outlives_what_it_was_copied_from(place):
    name = put()
    copied = store().copy(name, "team/other/source/video.mp4")
    default_storage.delete(name)
    assert not default_storage.exists(name)
    with default_storage.open(copied, "rb") as file:
        assert file.read() == FILM


def test_long_names_stay_within_their_limit(place):
    name = default_storage.save("t/" + "x" * 290 + ".mp4", ContentFile(b"1"), max_length=200)
    assert len(name) <= 200 and name.endswith(".mp4")


def test_what_is_not_there_is_said_as_a_disk_says_it(place):
    with pytest.raises(FileNotFoundError), store().open_stream("no/such.mp4"):
        pass
    with pytest.raises(FileNotFoundError):
        store().copy("no/such.mp4", "no/other.mp4")
    default_storage.delete("no/such.mp4")


def test_no_problem_is_found_where_there_is_none(place):
    assert store().find_problem() is None


def test_a_signed_link_plays_by_range(in_a_bucket):
    link = store().signed_link(put(), SHOWING, seconds=60)
    part = httpx.get(link, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, FILM[100:200])
    whole = httpx.get(link)
    assert whole.content == FILM and whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Content-Disposition"].startswith("inline; filename*=utf-8''Ein%20Film")


def test_a_link_is_signed_for_the_address_that_browsers_know(settings, bucket_service, in_a_bucket):
    public = "https://films.example.org"
    settings.STORAGES = storages_of(bucket_service, in_a_bucket, public_url=public)
    link = store().signed_link("a.mp4", SHOWING, seconds=60)
    assert link.startswith(f"{public}/{in_a_bucket}/desk/a.mp4?")
    assert SECRET_KEY not in link and "X-Amz-Expires=60" in link


def test_all_of_a_desk_lies_below_its_location(bucket_service, in_a_bucket):
    put()
    listed = client_of(bucket_service).list_objects_v2(Bucket=in_a_bucket)["Contents"]
    assert [found["Key"].startswith("desk/team/asset/source/video_") for found in listed] == [True]


def test_a_name_cannot_lead_out_of_the_location(in_a_bucket):
    with pytest.raises(Exception, match="denied|traversal"):
        put(name="../elsewhere.mp4")


def test_a_bucket_that_is_not_there_is_told_apart(settings, bucket_service, in_a_bucket):
    settings.STORAGES = storages_of(bucket_service, "no-such-bucket")
    assert store().find_problem() == "The bucket no-such-bucket is refused to this desk (404)."


def test_a_service_that_is_away_is_an_error_of_the_disk(settings, in_a_bucket):
    settings.STORAGES = storages_of(f"http://127.0.0.1:{free_port()}", in_a_bucket)
    assert "does not answer" in (store().find_problem() or "")
    with pytest.raises(OSError, match="the bucket did not do it") as caught:
        put(b"x")
    assert "127.0.0.1" not in str(caught.value)


def test_a_refused_upload_is_an_error_of_the_disk(settings, bucket_service, in_a_bucket):
    settings.STORAGES = storages_of(bucket_service, "no-such-bucket")
    with pytest.raises(OSError):
        put(b"x")
    with pytest.raises(OSError):
        put(os.urandom(20_000_000))


def test_memory_stays_flat_whatever_the_size(bucket_service, in_a_bucket, tmp_path):
    big, size = tmp_path / "big.mp4", 96 * 1024 * 1024
    with big.open("wb") as file:
        file.truncate(size)
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DUBDESK_DATA_DIR": str(tmp_path / "data"),
        "S3_BUCKET": in_a_bucket,
        "S3_ENDPOINT_URL": bucket_service,
        "S3_ACCESS_KEY_ID": "desk-access",
        "S3_SECRET_ACCESS_KEY": SECRET_KEY,
        "S3_REGION": "us-east-1",
    }
    done = subprocess.run(
        [sys.executable, "-c", STREAM, str(big), str(size)],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 64, f"{done.stdout} MiB more than before"
