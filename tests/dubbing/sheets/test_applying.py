from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection as database

from accounts.roles import Role
from dubbing.models import (
    Asset,
    Batch,
    BatchItem,
    Dubbing,
    OutboxMessage,
    SheetImport,
    SheetLine,
    StatusChange,
)
from dubbing.services.actors import Actor
from dubbing.services.batches import create_batch, discard_batch
from dubbing.services.clock import database_now
from dubbing.services.sheets import apply_sheet, confirm_sheet
from dubbing.services.work import change_work
from dubbing.states import Kind, LineOutcome, SheetState
from tests.builders import make_asset, make_connection, make_dubbing, make_member
from tests.dubbing.sheets.giving import codes_of, compare, csv_file, finished, lines_of

pytestmark = pytest.mark.usefixtures("connection")
NEW = ("Title,Video link,Source language,Languages",)
LINK = "https://media.example.org"


@pytest.fixture
def connection(in_team):
    return make_connection(in_team)


@pytest.fixture
def actor(in_team):
    return Actor(user=make_member(in_team))


def test_new_lines_become_rows_of_a_new_batch(in_team, actor):
    sheet = compare(
        in_team, csv_file(*NEW, f"One,{LINK}/1.mp4,en-US,de-DE", f"Two,{LINK}/2.mp4,en-US,ja-JP")
    )
    sheet = finished(confirm_sheet(sheet=sheet, actor=actor))
    assert sheet.state == SheetState.DONE and sheet.done == 2
    assert [item.title for item in sheet.batch.items.all()] == ["One", "Two"]
    assert sheet.batch.title == "videos" and sheet.batch.created_by == actor.user
    assert {line.outcome for line in lines_of(sheet)} == {LineOutcome.DONE}
    assert not OutboxMessage.objects.exists(), "A batch is reviewed before anything is sent."


def test_new_lines_go_where_the_sheet_came_from(in_team, actor):
    batch = create_batch(team=in_team, actor=actor, settings={})
    sheet = compare(in_team, csv_file(*NEW, f"One,{LINK}/1.mp4,en-US,de-DE"), batch=batch)
    finished(confirm_sheet(sheet=sheet, actor=actor))
    assert batch.items.get().title == "One" and Batch.objects.count() == 1


def test_updates_go_through_with_their_history(in_team, actor):
    asset = make_asset(in_team, title="Old", reference="r")
    make_dubbing(asset, "de-DE")
    sheet = compare(
        in_team,
        csv_file("Reference,Title,Project,Tags,Languages", 'r,New,Series,"a, b","de-DE, fr-FR"'),
    )
    finished(confirm_sheet(sheet=sheet, actor=actor))
    asset = Asset.objects.get(pk=asset.pk)
    assert (asset.title, asset.project.name, asset.tags) == ("New", "Series", ["a", "b"])
    assert Dubbing.objects.filter(asset=asset).count() == 2
    assert OutboxMessage.objects.get().kind == Kind.ADD_LANGUAGES
    assert StatusChange.objects.filter(asset=asset, actor=actor.user).count() == 2


def test_an_update_makes_no_new_videos_without_a_yes_of_its_own(in_team, actor):
    make_asset(in_team, title="Old", reference="r")
    file = (*("Reference,Title,Video link,Source language,Languages",),)
    lines = ("r,Renamed,,,", f"typo,Surprise,{LINK}/1.mp4,en-US,de-DE")
    sheet = compare(in_team, csv_file(*file, *lines))
    sheet = finished(confirm_sheet(sheet=sheet, actor=actor))
    assert [line.outcome for line in lines_of(sheet)] == [LineOutcome.DONE, LineOutcome.NONE]
    assert not BatchItem.objects.exists() and not Batch.objects.exists()


def test_with_that_yes_they_are_made(in_team, actor):
    make_asset(in_team, title="Old", reference="r")
    file = csv_file("Reference,Title,Video link", "r,Renamed,", f"s,Fresh,{LINK}/1.mp4")
    sheet = compare(in_team, file)
    finished(confirm_sheet(sheet=sheet, actor=actor, include_new=True))
    assert BatchItem.objects.get().title == "Fresh"


def test_nobodys_change_since_the_comparison_is_overwritten(in_team, actor):
    asset = make_asset(in_team, title="Old", reference="r")
    sheet = compare(in_team, csv_file("Reference,Title", "r,Mine"))
    Asset.objects.filter(pk=asset.pk).update(title="Theirs")
    sheet = finished(confirm_sheet(sheet=sheet, actor=actor))
    [line] = lines_of(sheet)
    assert line.outcome == LineOutcome.FAILED and "Theirs" in line.outcome_message
    assert Asset.objects.get(pk=asset.pk).title == "Theirs" and sheet.counts["failed"] == 1


def test_a_line_is_done_whole_or_not_at_all(in_team, actor):
    asset = make_asset(in_team, title="Old", reference="r")
    sheet = compare(in_team, csv_file("Reference,Title,Languages", "r,New,fr-FR"))
    make_dubbing(asset, "fr-FR")
    sheet = finished(confirm_sheet(sheet=sheet, actor=actor))
    assert lines_of(sheet)[0].outcome == LineOutcome.FAILED
    assert Asset.objects.get(pk=asset.pk).title == "Old"


def test_a_batch_thrown_away_meanwhile_fails_the_lines_in_words(in_team, actor):
    batch = create_batch(team=in_team, actor=actor, settings={})
    sheet = compare(in_team, csv_file(*NEW, f"One,{LINK}/1.mp4,en-US,de-DE"), batch=batch)
    discard_batch(batch=batch)
    sheet = finished(confirm_sheet(sheet=sheet, actor=actor))
    assert "thrown away" in lines_of(sheet)[0].outcome_message
    assert sheet.state == SheetState.DONE


def test_a_sheet_is_carried_out_once(in_team, actor):
    sheet = compare(in_team, csv_file(*NEW, f"One,{LINK}/1.mp4,en-US,de-DE"))
    confirm_sheet(sheet=sheet, actor=actor)
    with pytest.raises(ValidationError, match="carried out already"):
        confirm_sheet(sheet=sheet, actor=actor)
    finished(sheet)
    finished(sheet)
    assert BatchItem.objects.count() == 1


def test_a_sheet_with_nothing_to_do_is_not_carried_out(in_team, actor):
    make_asset(in_team, title="Same", reference="r")
    sheet = compare(in_team, csv_file("Reference,Title", "r,Same"))
    with pytest.raises(ValidationError) as refused:
        confirm_sheet(sheet=sheet, actor=actor)
    assert refused.value.code == "sheet_nothing_to_do"


class KilledError(BaseException):
    """As a killed worker: nothing after it runs, and no handler knows it."""


def kill() -> None:
    raise KilledError


def test_a_worker_killed_after_every_step_repeats_nothing(in_team, actor, monkeypatch):
    monkeypatch.setattr("dubbing.services.sheets.applying.TOGETHER", 2)
    assets = [make_asset(in_team, title="Old", reference=f"r{n}") for n in range(3)]
    lines = [f"r{n},New {n},," for n in range(3)]
    lines += [f",Fresh {n},{LINK}/{n}.mp4,fr-FR" for n in range(5)]
    sheet = compare(in_team, csv_file("Reference,Title,Video link,Languages", *lines))
    sheet = confirm_sheet(sheet=sheet, actor=actor, include_new=True)
    kills = 0
    while SheetLine.objects.filter(sheet=sheet, outcome=LineOutcome.WAITING).exists():
        with pytest.raises(KilledError):
            apply_sheet(sheet=sheet, keep_lease=kill)
        kills += 1
    assert kills == 6, "Three times two lines at most, and three single ones."
    assert finished(sheet).state == SheetState.DONE
    assert [item.title for item in BatchItem.objects.order_by("position")] == [
        f"Fresh {n}" for n in range(5)
    ]
    assert {Asset.objects.get(pk=a.pk).title for a in assets} == {"New 0", "New 1", "New 2"}
    assert SheetImport.objects.get(pk=sheet.pk).done == 8


def test_a_sheet_that_another_worker_has_is_left_to_it(in_team, actor):
    sheet = compare(in_team, csv_file(*NEW, f"One,{LINK}/1.mp4,en-US,de-DE"))
    sheet = confirm_sheet(sheet=sheet, actor=actor)
    SheetImport.objects.filter(pk=sheet.pk).update(
        lease_until=database_now() + timedelta(minutes=1)
    )
    assert finished(sheet).state == SheetState.APPLYING
    SheetImport.objects.filter(pk=sheet.pk).update(
        lease_until=database_now() - timedelta(minutes=1)
    )
    assert finished(sheet).state == SheetState.DONE


def test_a_sheet_says_who_has_dubs_in_hand_and_by_when(in_team):
    anna = make_member(in_team, Role.REVIEWER, email="anna@example.org")
    asset = make_asset(in_team, reference="r-1")
    make_dubbing(asset, "de-DE"), make_dubbing(asset, "ja-JP")
    line = "r-1,2026-12-03,anna@example.org; ja-JP: none,urgent"
    sheet = compare(in_team, csv_file("Reference,Due date,Reviewer,Priority", line))
    assert sheet.counts["update"] == 1, [row.notes for row in lines_of(sheet)]
    confirm_sheet(sheet=sheet, actor=Actor())
    finished(sheet)
    found = {dub.locale_id: dub for dub in Dubbing.objects.select_related("reviewer")}
    assert {dub.reviewer for dub in found.values()} == {anna, None}
    assert found["de-DE"].reviewer == anna
    assert {(str(dub.due_on), dub.priority) for dub in found.values()} == {("2026-12-03", 4)}
    again = compare(in_team, csv_file("Reference,Due date,Reviewer,Priority", line))
    assert again.counts["unchanged"] == 1


def test_a_sheet_with_strangers_and_odd_dates_says_so_by_line(in_team):
    asset = make_asset(in_team, reference="r-1")
    make_dubbing(asset, "de-DE")
    sheet = compare(
        in_team,
        csv_file(
            "Reference,Due,Reviewer,Video link,Source language,Languages",
            "r-1,5 working days,stranger@example.org,,,",
            f"n-1,5 working days,stranger@example.org,{LINK}/n.mp4,en-US,de-DE",
            f"n-2,someday,,{LINK}/m.mp4,en-US,de-DE",
        ),
    )
    here, new, odd = lines_of(sheet)
    assert codes_of(here) == {"invalid_due", "not_a_member"} and here.verdict == "error"
    assert "not_a_member" in codes_of(new) and new.verdict == "new"
    assert new.values["due"] == "5 working days"
    assert codes_of(odd) == {"invalid_due"} and odd.verdict == "error"


def test_nobody_elses_reviewer_is_overwritten_by_a_sheet(in_team):
    make_member(in_team, Role.REVIEWER, email="anna@example.org")
    ben = make_member(in_team, Role.REVIEWER, email="ben@example.org")
    dub = make_dubbing(make_asset(in_team, reference="r-1"), "de-DE")
    sheet = compare(in_team, csv_file("Reference,Reviewer", "r-1,anna@example.org"))
    change_work(dubbings=dub, changes={"reviewer": ben}, actor=Actor())
    confirm_sheet(sheet=sheet, actor=Actor())
    finished(sheet)
    assert Dubbing.objects.get().reviewer == ben
    assert "Somebody changed it meanwhile" in lines_of(sheet)[0].outcome_message


def refuse(table: str, title: str) -> None:
    """The database takes no such title, for a reason that no rule knows."""
    with database.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT poison CHECK (title <> '{title}') NOT VALID"
        )


def test_a_new_line_that_breaks_the_database_keeps_none_of_the_others_out(in_team, actor):
    rows = [f"{title},{LINK}/{title}.mp4,en-US,de-DE" for title in ("One", "Poison", "Two")]
    sheet = compare(in_team, csv_file(*NEW, *rows))
    confirmed = confirm_sheet(sheet=sheet, actor=actor)
    refuse("dubbing_batchitem", "Poison")
    sheet = finished(confirmed)
    assert sheet.state == SheetState.DONE, "it would be tried for ever"
    assert sheet.counts["failed"] == 1
    assert [item.title for item in sheet.batch.items.all()] == ["One", "Two"]
    bad = lines_of(sheet)[1]
    assert bad.outcome == LineOutcome.FAILED and "its log says why" in bad.outcome_message


def test_an_update_that_breaks_the_database_is_told_at_its_line(in_team, actor):
    assets = [make_asset(in_team, title=f"Old {number}") for number in (1, 2)]
    rows = [f"{asset.pk},{title}" for asset, title in zip(assets, ("Poison", "New"), strict=True)]
    sheet = compare(in_team, csv_file("ID,Title", *rows))
    confirmed = confirm_sheet(sheet=sheet, actor=actor)
    refuse("dubbing_asset", "Poison")
    sheet = finished(confirmed)
    assert sheet.state == SheetState.DONE and sheet.counts["failed"] == 1
    assert {asset.title for asset in Asset.objects.all()} == {"Old 1", "New"}
    assert "its log says why" in lines_of(sheet)[0].outcome_message
