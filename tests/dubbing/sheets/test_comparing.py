from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Asset, Batch, BatchItem, OutboxMessage, SheetImport
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from dubbing.services.sheets import map_columns, map_headings
from dubbing.states import AssetStatus, LineVerdict, SheetState
from tests.builders import make_asset, make_connection, make_dubbing, make_team
from tests.dubbing.sheets.giving import (
    codes_of,
    compare,
    csv_file,
    finished,
    give,
    lines_of,
    xlsx_file,
)

pytestmark = pytest.mark.usefixtures("connection")


@pytest.fixture
def connection(in_team):
    return make_connection(in_team)


def test_a_dry_run_lists_every_kind_and_writes_nothing(in_team):
    same = make_asset(in_team, title="Same", reference="r-1")
    other = make_asset(in_team, title="Before", reference="r-2")
    sheet = compare(
        in_team,
        csv_file(
            "Title,Reference,Video link,Source language,Target languages",
            "Same,r-1,,,",
            "After,r-2,,,",
            "Fresh,r-3,https://media.example.org/fresh.mp4,en-US,de-DE",
            "Broken,r-4,ftp://media.example.org/x.mp4,en-US,de-DE",
        ),
    )
    assert sheet.state == SheetState.COMPARED
    assert [(line.number, line.verdict) for line in lines_of(sheet)] == [
        (2, LineVerdict.UNCHANGED),
        (3, LineVerdict.UPDATE),
        (4, LineVerdict.NEW),
        (5, LineVerdict.ERROR),
    ]
    assert lines_of(sheet)[1].changes == {"title": ["Before", "After"]}
    assert codes_of(lines_of(sheet)[3]) == {"url_scheme"}
    assert sheet.counts["new"] == sheet.counts["update"] == sheet.counts["error"] == 1
    assert Asset.objects.get(pk=other.pk).title == "Before" and Asset.objects.count() == 2
    assert not Batch.objects.exists() and not BatchItem.objects.exists()
    assert not OutboxMessage.objects.exists() and same.pk


def test_an_id_beats_a_reference(in_team):
    asset = make_asset(in_team, title="By id", reference="old")
    make_asset(in_team, reference="new")
    sheet = compare(in_team, csv_file("ID,Reference", f"{asset.pk},new"))
    [line] = lines_of(sheet)
    assert line.asset_id == asset.pk
    assert line.changes == {"reference": ["old", "new"]}


def test_an_unknown_id_is_an_error_never_a_new_video(in_team):
    foreign = make_asset(make_team())
    sheet = compare(
        in_team,
        csv_file(
            "ID,Title,Video link",
            f"{foreign.pk},Theirs,https://media.example.org/1.mp4",
            "12345,Typed,https://media.example.org/2.mp4",
        ),
    )
    assert [codes_of(line) for line in lines_of(sheet)] == [{"sheet_unknown_id"}] * 2
    assert sheet.counts["error"] == 2 and sheet.counts["new"] == 0


def test_a_reference_of_two_videos_asks_for_the_id(in_team):
    make_asset(in_team, reference="twice")
    make_asset(in_team, reference="twice")
    sheet = compare(in_team, csv_file("Reference,Title", "twice,Which"))
    assert codes_of(lines_of(sheet)[0]) == {"sheet_unclear_reference"}


def test_two_lines_about_one_video_are_told(in_team):
    make_asset(in_team, reference="r")
    sheet = compare(in_team, csv_file("Reference,Title", "r,First", "r,Second"))
    assert [line.verdict for line in lines_of(sheet)] == [LineVerdict.UPDATE, LineVerdict.ERROR]
    assert "Line 2 " in lines_of(sheet)[1].notes[0]["message"]


def test_what_the_engine_was_told_cannot_be_changed(in_team):
    make_asset(in_team, reference="r", speakers_count=2)
    sheet = compare(in_team, csv_file("Reference,Source language,Speakers", "r,fr-FR,2"))
    [line] = lines_of(sheet)
    assert codes_of(line) == {"sheet_fixed"} and "en-US" in line.notes[0]["message"]


def test_an_empty_cell_leaves_the_field_unless_asked_otherwise(in_team):
    make_asset(in_team, title="Kept", reference="r", tags=["one"])
    file = ("Reference,Title,Tags", "r,,")
    assert compare(in_team, csv_file(*file)).counts["unchanged"] == 1
    cleared = compare(in_team, csv_file(*file), blank_clears=True)
    assert lines_of(cleared)[0].changes == {"tags": [["one"], []]}


def test_languages_are_added_never_taken_away_and_their_minutes_are_told(in_team):
    asset = make_asset(in_team, reference="r", duration_seconds=120)
    make_dubbing(asset, "de-DE")
    sheet = compare(in_team, csv_file("Reference,Languages", '"r","fr-FR, ja-JP"'))
    assert lines_of(sheet)[0].changes["languages"] == [["de-DE"], ["fr-FR", "ja-JP"]]
    assert sheet.counts["added_languages"] == 2 and sheet.counts["added_seconds"] == 240


def test_languages_cannot_be_added_to_a_failed_video(in_team):
    make_asset(in_team, reference="r", status=AssetStatus.FAILED)
    sheet = compare(in_team, csv_file("Reference,Languages", "r,fr-FR"))
    assert codes_of(lines_of(sheet)[0]) == {"asset_not_ready"}


def test_marks_under_languages_are_languages(in_team):
    sheet = compare(
        in_team,
        csv_file(
            "Video link;Spoken language;de-DE;French (France);ja-JP",
            "https://media.example.org/1.mp4;en-US;x;;yes",
            "https://media.example.org/2.mp4;en-US;maybe;x;",
        ),
    )
    first, second = lines_of(sheet)
    assert first.values["languages"] == ["de-DE", "ja-JP"]
    assert codes_of(second) == {"sheet_mark"}


def test_a_language_that_could_be_several_is_asked_about(in_team):
    sheet = compare(
        in_team,
        csv_file(
            "Video link,Source language,Languages",
            "https://media.example.org/1.mp4,en-US,Spanish",
            "https://media.example.org/1b.mp4,Klingon,Japanese",
        ),
    )
    first, second = lines_of(sheet)
    assert "sheet_unclear_language" in codes_of(first)
    assert "es-ES" in first.notes[0]["message"]
    assert "unknown_locale" in codes_of(second)


def test_what_the_batch_can_still_be_told_is_a_warning(in_team):
    sheet = compare(in_team, csv_file("Video link", "https://media.example.org/1.mp4"))
    [line] = lines_of(sheet)
    assert line.verdict == LineVerdict.NEW
    assert {note["level"] for note in line.notes} == {"warning"}
    assert {"unknown_locale", "no_target"} <= codes_of(line)


def test_a_batch_that_says_the_languages_already_leaves_nothing_to_warn_of(in_team):
    settings = {"locale": "en-US", "languages": ["de-DE"]}
    batch = create_batch(team=in_team, actor=Actor(), settings=settings)
    file = csv_file("Video link", "https://media.example.org/1.mp4")
    assert lines_of(compare(in_team, file, batch=batch))[0].notes == []


def test_likeness_is_told_within_the_sheet_and_with_drafts(in_team):
    batch = create_batch(team=in_team, actor=Actor(), settings={}, title="Last week")
    link = "https://media.example.org/old.mp4"
    add_rows(batch=batch, actor=Actor(), rows=[{"media_url": link}])
    sheet = compare(
        in_team,
        csv_file("Title,Video link", f"One,{link}", "One,https://media.example.org/2.mp4"),
    )
    first, second = lines_of(sheet)
    assert any("Last week" in note["message"] for note in first.notes)
    assert any(note["message"] == "The same title as line 2." for note in second.notes)


def test_a_video_that_was_sent_before_is_told_by_its_link_and_title(in_team):
    sent = make_asset(in_team, title="Keynote", media_url="https://media.example.org/k.mp4")
    sheet = compare(
        in_team,
        csv_file(
            "Title,Video link",
            f"Another,{sent.media_url}?Signature=x",
            "keynote,https://media.example.org/2.mp4",
        ),
    )
    assert [
        codes_of(line) & {"duplicate_address", "duplicate_title"} for line in lines_of(sheet)
    ] == [{"duplicate_address"}, {"duplicate_title"}]


def test_a_mapping_is_remembered_for_the_same_headings(in_team):
    first = give(in_team, csv_file("What,Where", "Talk,https://media.example.org/1.mp4"))
    assert first.mapping == {"1": "media_url"}, "By its cells: the heading says nothing."
    map_headings(sheet=first, by_heading={"What": "title", "Where": "media_url"})
    again = give(in_team, csv_file("Where,what", "https://media.example.org/2.mp4,Talk 2"))
    assert again.mapping == {"0": "media_url", "1": "title"}


def test_a_mapping_of_another_team_is_not_remembered(in_team):
    sheet = give(in_team, csv_file("Alpha,Beta", "x,y"))
    map_columns(sheet=sheet, mapping={0: "title", 1: "reference"})
    SheetImport.objects.filter(pk=sheet.pk).update(headings_key="other")
    assert give(in_team, csv_file("Alpha,Beta", "x,y")).mapping == {}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({0: "title", 1: "title"}, "column_twice"),
        ({0: "tags"}, "no_telling_column"),
        ({0: "colour"}, "unknown_column_field"),
        ({0: "language:xx-XX", 1: "title"}, "unknown_column_field"),
        ({7: "title"}, "unknown_column"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(in_team, mapping, code):
    sheet = give(in_team, csv_file("Alpha,Beta", "x,y"))
    with pytest.raises(ValidationError) as refused:
        map_columns(sheet=sheet, mapping=mapping)
    assert refused.value.error_dict["columns"][0].code == code


def test_a_file_that_breaks_further_down_is_refused_in_words(in_team):
    rows = [["Title"], *([f"Talk {n}"] for n in range(10_001))]
    sheet = give(in_team, xlsx_file(rows))
    sheet = finished(map_headings(sheet=sheet, by_heading={}))
    assert sheet.state == SheetState.REFUSED and sheet.error_code == "sheet_too_many_rows"


def test_a_sheet_whose_worker_died_is_found_again(in_team):
    sheet = give(in_team, csv_file("Title", "Talk"))
    map_headings(sheet=sheet, by_heading={})
    assert finished(sheet).state == SheetState.COMPARED
    assert finished(sheet).state == SheetState.COMPARED
