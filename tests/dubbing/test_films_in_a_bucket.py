"""The desk with its videos and films in a bucket: what differs from a disk."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Film
from dubbing.services.actors import Actor
from dubbing.services.replacements import replace_asset
from dubbing.services.space import room_for
from dubbing.states import AssetStatus
from tests.bucket_process import storages_of
from tests.builders import connection_of, make_api_key, make_asset, make_version
from tests.conftest import signed_in
from tests.dubbing.api.caller import Caller
from tests.dubbing.pages.rows import make_film
from tests.media import make_talking_video
from tests.work import drain

FOREVER = 10**18


def upload(token: str, video: Path) -> Any:
    data = {"locale": "en-US", "languages": [{"locale": "de-DE"}], "title": "In a bucket"}
    with video.open("rb") as file:
        return Client().post(
            "/api/v1/assets/",
            {"data": json.dumps(data), "file": file},
            headers={"Authorization": f"Bearer {token}"},
        )


def version_in(caller: Caller, status: str) -> Any:
    rows = caller.get("dubbings/").json()["results"]
    versions = [version for row in rows for version in row["versions"]]
    return next((version for version in versions if version["status"] == status), None)


def film_of(caller: Caller, version: Any) -> Any:
    told = caller.get(f"versions/{version['id']}/").json()
    return told if told["film"] else None


@pytest.fixture(params=["streamed", "by its link"])
def way(request, settings):
    settings.LINKS_FOR_PANJAYA = request.param == "by its link"
    return request.param


@pytest.mark.django_db(transaction=True)
def test_an_upload_becomes_a_film_of_the_bucket(
    team, engine, in_a_bucket, bucket_service, way, tmp_path, caplog
):
    caplog.set_level("DEBUG")
    token = make_api_key(team)[1]
    caller = Caller(token)
    made = upload(token, make_talking_video(tmp_path / "talk.mp4", seconds=2))
    assert made.status_code == 201, made.content
    ready = drain(team, lambda: version_in(caller, "ReadyToEdit"))
    caller.post(f"versions/{ready['id']}/generate/")
    done = drain(team, lambda: film_of(caller, ready))
    answer = caller.get(f"versions/{done['id']}/result/")
    assert answer.status_code == 302
    link = answer["Location"]
    assert link.startswith(f"{bucket_service}/{in_a_bucket}/desk/{team.id}/")
    film = httpx.get(link)
    assert film.headers["Content-Disposition"].startswith("attachment")
    with team_scope(team.id):
        row, asset = Film.objects.get(), Asset.objects.get()
    assert len(film.content) == row.size
    assert (asset.media_url, bool(asset.poster)) == ("", True)
    assert "X-Amz-Signature" not in everything_stored() + caplog.text


def everything_stored() -> str:
    """The text of every row of every table of ours."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            question = SQL("SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {} t")
            cursor.execute(question.format(Identifier(name)))
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


@pytest.fixture
def film(team, in_a_bucket):
    connection_of(team)
    asset = make_asset(team, title="Ours")
    with all_teams("test"):
        asset.poster.save("poster.jpg", ContentFile(b"picture"))
    return make_film(make_version(asset), content=b"0123456789" * 50)


def test_a_page_holds_permits_and_no_signed_link(film, as_alice, settings):
    page = as_alice.get(reverse("dubbing:version-detail", args=[film.version_id]))
    text = page.content.decode()
    assert "X-Amz" not in text and "/films/" not in text
    permits = set(re.findall(r'"(/files/[^"]+)"', text))
    assert permits
    for permit in permits:
        answer = Client().get(permit)
        assert answer.status_code == 302 and "X-Amz-Signature" in answer["Location"]
        part = httpx.get(answer["Location"], headers={"Range": "bytes=0-3"})
        assert part.status_code == 206 and len(part.content) == 4


def test_only_pictures_may_stay_in_the_browsers_cache(film, as_alice):
    text = as_alice.get(reverse("dubbing:version-detail", args=[film.version_id])).content.decode()
    ages = {
        permit.rpartition(".")[2]: Client().get(permit)["Cache-Control"]
        for permit in re.findall(r'"(/files/[^"]+)"', text)
    }
    assert ages["mp4"] == "no-store" and ages["jpg"].startswith("private")


def test_a_download_leads_straight_to_the_bucket(film, as_alice, bucket_service):
    answer = as_alice.get(reverse("dubbing:film-download", args=[film.pk]))
    assert answer["Location"].startswith(bucket_service)
    assert httpx.get(answer["Location"]).content == b"0123456789" * 50


def test_a_forged_or_lapsed_permit_opens_nothing(film, as_alice):
    assert Client().get("/files/forged:token/film.mp4").status_code == 403
    text = as_alice.get(reverse("dubbing:version-detail", args=[film.version_id])).content.decode()
    permit = re.findall(r'"(/files/[^"]+mp4)"', text)[0]
    assert Client().get(permit.replace("/files/", "/files/x")).status_code == 403


def test_on_a_disk_there_is_no_such_door(team):
    assert Client().get("/files/any:token/film.mp4").status_code == 403


def test_a_bucket_needs_no_room_kept_free(in_a_bucket, settings, tmp_path):
    settings.MIN_FREE_BYTES = FOREVER
    assert room_for(10_000) and not room_for(FOREVER)


def test_a_replacement_has_a_file_of_its_own(team, alice, in_a_bucket):
    connection_of(team)
    failed = make_asset(team, status=AssetStatus.FAILED)
    with team_scope(team.id):
        failed.media_url, failed.media_name = "", "talk.mp4"
        failed.media_file.save("talk.mp4", ContentFile(b"film"))
        new = replace_asset(asset=failed, actor=Actor(user=alice))
        default_storage.delete(failed.media_file.name)
        with new.media_file.open("rb") as file:
            assert file.read() == b"film"


@pytest.mark.django_db(transaction=True)
def test_a_film_waits_for_a_bucket_that_is_away(
    team, engine, in_a_bucket, bucket_service, settings, tmp_path
):
    token = make_api_key(team)[1]
    caller = Caller(token)
    assert upload(token, make_talking_video(tmp_path / "talk.mp4", seconds=2)).status_code == 201
    ready = drain(team, lambda: version_in(caller, "ReadyToEdit"))
    settings.STORAGES = storages_of(bucket_service, "gone-for-a-while")
    caller.post(f"versions/{ready['id']}/generate/")

    def failed_film() -> Film | None:
        with team_scope(team.id):
            return Film.objects.exclude(error_message="").first()

    film = drain(team, failed_film)
    assert "storage" in film.error_message and film.due_at > timezone.now()
    settings.STORAGES = storages_of(bucket_service, in_a_bucket)
    with team_scope(team.id):
        Film.objects.update(due_at=timezone.now())
    drain(team, lambda: film_of(caller, ready))


@pytest.mark.django_db(transaction=True)
def test_a_backup_says_that_the_bucket_has_its_own(film, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backup"))
    told = capsys.readouterr().out
    assert "NOT in it" in told and "own versions" in " ".join(told.split())
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert manifest["bucket"] and not (tmp_path / "backup" / "media").exists()


@pytest.mark.django_db(transaction=True)
def test_a_restore_wants_the_files_where_it_looks_for_them(
    film, tmp_path, settings, bucket_service, in_a_bucket
):
    call_command("backup", str(tmp_path / "backup"))
    settings.STORAGES = storages_of(bucket_service, "another")
    with pytest.raises(CommandError, match=f"lie in the bucket {in_a_bucket}"):
        call_command("restore", str(tmp_path / "backup"))


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_a_disk_is_not_restored_into_a_bucket(team, tmp_path, settings, bucket_service):
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("backup", str(tmp_path / "backup"))
    settings.STORAGES = storages_of(bucket_service, "another")
    with pytest.raises(CommandError, match="holds its videos and films itself"):
        call_command("restore", str(tmp_path / "backup"))


def test_alice_sees_the_poster_in_the_list(film, alice):
    text = signed_in(alice).get(reverse("dubbing:asset-list")).content.decode()
    assert re.search(r'src="/files/[^"]+/poster.jpg"', text)
