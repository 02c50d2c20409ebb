from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.ids import new_id
from accounts.scoping import all_teams
from dubbing.models import Asset, CallbackDelivery, IdempotentAnswer, SheetImport, SheetLine
from dubbing.services import retention
from dubbing.services.retention import first_id_at, prune
from dubbing.states import Event, LineVerdict
from tests.builders import make_api_key, make_asset, make_sheet, make_team


def id_of_age(days):
    fresh = new_id().int & ((1 << 80) - 1)
    moment = timezone.now() - timedelta(days=days)
    return uuid.UUID(int=first_id_at(moment).int | fresh)


def make_delivery(asset, days):
    with all_teams("test"):
        return CallbackDelivery.objects.create(
            id=id_of_age(days),
            team_id=asset.team_id,
            asset=asset,
            event=Event.VERSION_GENERATED,
            raw_event="version_generated",
            received_at=timezone.now() - timedelta(days=days),
        )


def make_answer(key, days, **changes):
    with all_teams("test"):
        row = IdempotentAnswer.objects.create(
            id=id_of_age(days), team_id=key.team_id, api_key=key, key=str(days), request_hash="x"
        )
        moment = changes.get("created_at", timezone.now() - timedelta(days=days))
        IdempotentAnswer.objects.filter(pk=row.pk).update(created_at=moment)
    return row


def left(model):
    with all_teams("test"):
        return set(model.objects.values_list("pk", flat=True))


def test_only_what_is_old_goes(team, settings):
    settings.KEEP_CALLBACKS_DAYS, settings.KEEP_ANSWERS_DAYS = 30, 7
    asset, (key, _) = make_asset(team), make_api_key(team)
    make_delivery(asset, 31)
    kept = make_delivery(asset, 29)
    make_answer(key, 8)
    kept_answer = make_answer(key, 6)
    assert prune() == {
        "originals": 0, "callbacks": 1, "refusals": 0, "answers": 1, "sheets": 0, "bulk": 0,
        "halves": 0,
    }  # fmt: skip
    assert left(CallbackDelivery) == {kept.pk} and left(IdempotentAnswer) == {kept_answer.pk}
    assert left(Asset) == {asset.pk}


def test_it_goes_in_batches_and_for_every_team(db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(3):
        asset = make_asset(make_team())
        make_delivery(asset, 1000)
        make_delivery(asset, 1001)
    assert prune()["callbacks"] == 6
    assert left(CallbackDelivery) == set()


def test_an_answer_taken_over_since_stays(team):
    key, _ = make_api_key(team)
    row = make_answer(key, 100, created_at=timezone.now())
    prune()
    assert left(IdempotentAnswer) == {row.pk}


def test_the_command_says_what_it_did(team, capsys):
    make_delivery(make_asset(team), 1000)
    call_command("prune")
    assert capsys.readouterr().out == (
        "Deleted 1 callbacks, 0 kept answers, 0 halves of uploads and the originals of 0 videos.\n"
    )


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1, tzinfo=UTC), timezone.now()])
def test_ids_and_times_agree(moment):
    first = first_id_at(moment)
    assert first.int >> 80 == int(moment.timestamp() * 1000)
    assert first_id_at(moment + timedelta(milliseconds=2)) > first


def test_halves_of_uploads_go_after_a_day(db, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    for name, days in (("tmpold.upload.mp4", 2), ("tmpnew.upload.mp4", 0), ("other", 2)):
        (tmp_path / name).write_bytes(b"half")
        moment = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (moment, moment))
    (tmp_path / "tmpfolder").mkdir()
    (tmp_path / "tmpfolder" / "film.mp4").write_bytes(b"half")
    for path in (tmp_path / "tmpfolder" / "film.mp4", tmp_path / "tmpfolder"):
        os.utime(path, (0, 0))
    assert prune()["halves"] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"tmpnew.upload.mp4", "other"}


def test_sheets_lose_file_and_lines_but_not_what_their_headings_mean(team, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    old = make_sheet(team, id=id_of_age(100), mapped_at=timezone.now())
    young = make_sheet(team)
    with all_teams("test"):
        SheetLine.objects.create(team=team, sheet=old, number=2, verdict=LineVerdict.NEW)
    assert prune()["sheets"] == 1
    with all_teams("test"):
        assert not SheetLine.objects.exists()
        kept = SheetImport.objects.get(pk=old.pk)
    assert not kept.file and kept.mapping == {"0": "title"}
    assert [path.name for path in tmp_path.rglob("*.csv")] == ["sheet.csv"] and young.file
    assert prune()["sheets"] == 0
