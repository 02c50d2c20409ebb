from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Team, User
from accounts.scoping import all_teams, team_scope
from dubbing.models import ArchivedFile, DownloadArchive, Dubbing, Film, MemberDesk, Version
from dubbing.services.actors import Actor
from dubbing.services.downloads import (
    delete_archive,
    forget_archives,
    part_link,
    prepare_archive,
    remembered_pattern,
)
from dubbing.states import ArchiveState, VersionStatus
from tests.builders import make_asset, make_team, make_version
from tests.dubbing.downloads.films import FINISHED, SRT, download, edge_client, fetch, make_finished
from tests.dubbing.pages.rows import make_wanted_film


@pytest.fixture(autouse=True)
def own_plans(settings, tmp_path: Path) -> None:
    settings.PLAN_DIR = tmp_path / "plans"


def opened(archive: DownloadArchive, part: int = 1) -> zipfile.ZipFile:
    with team_scope(archive.team_id):
        link = part_link(archive=archive, part=part, member="m")
    content = fetch(link)
    assert len(content) == archive.parts[part - 1]["size"]
    return zipfile.ZipFile(io.BytesIO(content))


def test_download_holds_films_under_their_names_and_their_lists(team: Team) -> None:
    make_finished(team, "Küche", content=b"kitchen film", project="Herbst")
    make_finished(team, "Bad", "fr-FR", content=b"bath film", srt=SRT)
    archive = download(team, include_srt=True)
    assert (archive.state, archive.films_count) == (ArchiveState.READY, 2)
    with opened(archive) as found:
        assert found.testzip() is None
        assert found.namelist() == [
            "manifest.csv",
            "manifest.json",
            "SHA256SUMS",
            "Herbst/Küche_de-DE_v1_2026-11-20.mp4",
            "No project/Bad_fr-FR_v1_2026-11-20.mp4",
            "No project/Bad_fr-FR_v1_2026-11-20.srt",
        ]
        assert found.read(found.namelist()[3]) == b"kitchen film"
        assert found.read(found.namelist()[5]).decode() == SRT


def test_manifest_tells_every_file_with_its_sum(team: Team) -> None:
    film = make_finished(team, "=1+1", content=b"film one", project="P")
    archive = download(team)
    with opened(archive) as found:
        lines = list(csv.DictReader(io.StringIO(found.read("manifest.csv").decode("utf-8-sig"))))
        told = json.loads(found.read("manifest.json"))
        sums = found.read("SHA256SUMS").decode()
        name = found.namelist()[3]
        assert sums == f"{hashlib.sha256(found.read(name)).hexdigest()}  {name}\n"
    assert lines[0]["sha256"] == film.sha256
    assert lines[0]["video"] == "'=1+1", "no spreadsheet may take a title for a formula"
    assert told["files"][0] == {
        "file": name,
        "project": "P",
        "video": "=1+1",
        "reference": "",
        "locale": "de-DE",
        "version": 1,
        "date": FINISHED.isoformat(),
        "size": 8,
        "sha256": film.sha256,
    }


def test_dubs_without_a_film_are_listed_and_left_out(team: Team) -> None:
    make_finished(team, "Done")
    make_version(make_asset(team, title="Open"), "fr-FR")
    copied = make_version(make_asset(team, title="Copied"), status=VersionStatus.COMPLETED)
    make_wanted_film(copied)
    archive = download(team)
    assert archive.left_out_count == 2
    told = {one["title"]: one["reason"] for one in archive.left_out}
    assert "copied to the desk" in told["Copied"]
    assert "no finished film" in told["Open"]


def test_a_film_of_an_earlier_life_is_not_delivered(team: Team) -> None:
    film = make_finished(team, "Revised")
    with all_teams("test"):
        Version.objects.filter(pk=film.version_id).update(generation=2)
    with pytest.raises(ValidationError, match="None of the chosen"):
        download(team)


def test_what_it_holds_is_fixed_when_it_is_made(team: Team) -> None:
    film = make_finished(team, "Before", content=b"same")
    archive = download(team)
    make_finished(team, "Later")
    with team_scope(team.id):
        film.asset.title = "After"
        film.asset.save()
    with opened(archive) as found:
        assert [name for name in found.namelist() if name.endswith("mp4")] == [
            "No project/Before_de-DE_v1_2026-11-20.mp4"
        ]


def test_lost_plan_is_written_again_byte_for_byte(team: Team, settings) -> None:
    make_finished(team, "Talk", content=b"x" * 5000)
    archive = download(team)
    with team_scope(team.id):
        link = part_link(archive=archive, part=1, member="m")
        whole = fetch(link)
        for plan in Path(settings.PLAN_DIR).iterdir():
            plan.unlink()
        again = part_link(archive=DownloadArchive.objects.get(), part=1, member="m")
    assert fetch(again) == whole
    assert fetch(again, Range="bytes=100-") == whole[100:]


def test_parts_are_no_larger_than_asked(team: Team) -> None:
    for number in range(5):
        make_finished(team, f"Video {number}", content=bytes([number]) * 10_000)
    archive = download(team, part_bytes=30_000)
    assert [part["files"] for part in archive.parts] == [2, 2, 1]
    assert all(part["size"] <= 30_000 for part in archive.parts)
    assert archive.parts[0]["name"].endswith(" part 1 of 3.zip")
    names = []
    for number in (1, 2, 3):
        with opened(archive, number) as found:
            assert found.testzip() is None
            names += [name for name in found.namelist() if name.endswith("mp4")]
    assert len(set(names)) == 5


def test_film_larger_than_a_part_has_one_of_its_own(team: Team) -> None:
    make_finished(team, "A", content=b"a" * 50_000)
    make_finished(team, "B", content=b"b")
    assert [part["files"] for part in download(team, part_bytes=30_000).parts] == [1, 1]


def test_sums_not_known_yet_are_made_by_a_worker(team: Team) -> None:
    film = make_finished(team, "Old", content=b"old film", is_summed=False)
    archive = download(team)
    assert archive.state == ArchiveState.PREPARING
    with team_scope(team.id):
        with pytest.raises(ValidationError):
            part_link(archive=archive, part=1, member="m")
        prepare_archive(archive_id=archive.pk)
        archive.refresh_from_db()
        film.refresh_from_db()
    assert archive.state == ArchiveState.READY and film.crc32 is not None
    with opened(archive) as found:
        assert found.testzip() is None
    assert download(team).state == ArchiveState.READY, "the film keeps its sum"


def test_film_that_is_gone_or_changed_fails_the_download_by_name(team: Team) -> None:
    for title, spoil in (("Gone", True), ("Changed", False)):
        film = make_finished(team, title, is_summed=False)
        path = Path(default_storage.path(film.file.name))
        path.unlink() if spoil else path.write_bytes(b"elif")
        with team_scope(team.id):
            dubs = Dubbing.objects.filter(asset=film.asset)
            archive = download(team, dubbings=dubs)
            prepare_archive(archive_id=archive.pk)
            archive.refresh_from_db()
        assert archive.state == ArchiveState.FAILED
        assert title in archive.error_message


def test_two_workers_prepare_it_once(team: Team) -> None:
    make_finished(team, "Old", is_summed=False)
    archive = download(team)
    with team_scope(team.id):
        due = timezone.now() + timedelta(hours=1)
        DownloadArchive.objects.update(lease_until=due)
        prepare_archive(archive_id=archive.pk)
        archive.refresh_from_db()
        assert archive.state == ArchiveState.PREPARING
        assert not DownloadArchive.objects.to_prepare(timezone.now()).exists()
        later = due + timedelta(seconds=1)
        assert DownloadArchive.objects.to_prepare(later).exists()


def test_film_removed_after_it_was_made_is_refused_by_edge(team: Team, settings) -> None:
    film = make_finished(team, "Talk")
    archive = download(team)
    with team_scope(team.id):
        link = part_link(archive=archive, part=1, member="m")
    Path(default_storage.path(film.file.name)).unlink()
    answer = edge_client().get(link.removeprefix(str(settings.EDGE_URL)))
    assert answer.status_code == 410 and "Nothing was sent" in answer.text


def test_deleted_download_opens_nothing(team: Team, settings) -> None:
    make_finished(team, "Talk")
    archive = download(team)
    with team_scope(team.id):
        link = part_link(archive=archive, part=1, member="m")
        delete_archive(archive=archive)
        assert not ArchivedFile.objects.exists() and Film.objects.count() == 1
    path = link.removeprefix(str(settings.EDGE_URL))
    assert edge_client().get(path).status_code == 410


def test_downloads_end_after_their_days(team: Team, settings) -> None:
    make_finished(team, "Talk")
    archive = download(team)
    with team_scope(team.id):
        part_link(archive=archive, part=1, member="m")
    assert forget_archives() == {"archives": 0, "plans": 0}
    later = timezone.now() + timedelta(days=settings.KEEP_ARCHIVES_DAYS, seconds=1)
    assert forget_archives(now=later)["archives"] == 1
    assert list(Path(settings.PLAN_DIR).iterdir()) == []


def test_stray_plans_go_too(team: Team, settings) -> None:
    folder = Path(settings.PLAN_DIR)
    folder.mkdir()
    (folder / "tmp-of-a-killed-process").write_bytes(b"")
    assert forget_archives()["plans"] == 0
    later = timezone.now() + timedelta(days=settings.KEEP_ARCHIVES_DAYS + 2)
    assert forget_archives(now=later)["plans"] == 1


def test_pattern_is_kept_for_the_person(team: Team, alice: User, bob: User) -> None:
    make_finished(team, "Talk")
    download(team, pattern="{video}_{locale}", actor=Actor(user=alice))
    with team_scope(team.id):
        assert remembered_pattern(alice) == "{video}_{locale}.{ext}"
        assert remembered_pattern(bob) == ""
        download(team, pattern="{video}", actor=Actor(user=alice))
        assert MemberDesk.objects.count() == 1


def test_repeat_of_a_request_finds_the_first(team: Team) -> None:
    film = make_finished(team, "Talk")
    first = download(team, submission=film.pk)
    assert download(team, submission=film.pk).pk == first.pk


def test_other_teams_films_are_never_in_it(team: Team) -> None:
    make_finished(team, "Ours")
    other = make_team()
    make_finished(other, "Theirs")
    assert download(team).films_count == 1


@pytest.mark.parametrize("pattern", ["", "{vidio}", "film"])
def test_pattern_that_cannot_be_used_is_told(team: Team, pattern: str) -> None:
    make_finished(team, "Talk")
    with pytest.raises(ValidationError) as told:
        download(team, pattern=pattern)
    assert told.value.error_dict["pattern"][0].code == "invalid_pattern"
