from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.scoping import team_scope
from dubbing.models import Asset, Batch, BatchItem, SheetImport
from dubbing.services.sheets import run_sheet
from dubbing.states import SheetState
from tests.builders import make_asset, make_connection
from tests.dubbing.pages.html import text_of

LINK = "https://media.example.org"
NEW = reverse("dubbing:sheet-new")


@pytest.fixture(autouse=True)
def connection(team):
    return make_connection(team)


def the_sheet() -> SheetImport:
    return SheetImport.objects.get()


def upload(client, text: str, name: str = "videos.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(NEW, {"file": file}, follow=True)


def agree(client, team, **more):
    """As the page's form would: the guesses as they stand."""
    with team_scope(team.id):
        sheet = the_sheet()
        fields = {f"column-{place}": name for place, name in sheet.mapping.items()} | more
        client.post(reverse("dubbing:sheet-columns", args=[sheet.pk]), fields)
        run_sheet(sheet_id=sheet.pk)
    return client.get(reverse("dubbing:sheet-detail", args=[sheet.pk]))


def confirm(client, team, **given):
    with team_scope(team.id):
        sheet = the_sheet()
        client.post(reverse("dubbing:sheet-confirm", args=[sheet.pk]), given)
        run_sheet(sheet_id=sheet.pk)
    return client.get(reverse("dubbing:sheet-detail", args=[sheet.pk]))


def test_from_the_file_to_the_batch(as_alice, team):
    page = upload(as_alice, f"Title,Video link,Languages\r\nTalk,{LINK}/1.mp4,de-DE\r\n")
    assert "What does each column hold?" in text_of(page)
    assert f"{LINK}/1.mp4" in text_of(page)
    page = agree(as_alice, team)
    assert "1 new video goes into a new batch" in text_of(page)
    with team_scope(team.id):
        assert not Batch.objects.exists()
    page = confirm(as_alice, team)
    assert "1 line carried out" in text_of(page)
    with team_scope(team.id):
        batch = BatchItem.objects.get().batch
    assert reverse("dubbing:batch-detail", args=[batch.pk]) in page.content.decode()


def test_lines_are_filtered_and_counted_from_the_whole_file(as_alice, team):
    lines = "".join(f"Talk {n},{LINK}/{n}.mp4\r\n" for n in range(60))
    upload(as_alice, f"Title,Video link\r\n{lines}Bad,ftp://x/1.mp4\r\n")
    page = agree(as_alice, team)
    assert "All 61" in text_of(page) and "New 60" in text_of(page) and "Error 1" in text_of(page)
    assert "Talk 49" in text_of(page) and "Talk 50" not in text_of(page)
    errors = as_alice.get(f"{page.request['PATH_INFO']}?show=error")
    assert "Bad" in text_of(errors) and "62" in text_of(errors) and "New 60" in text_of(errors)
    later = as_alice.get(f"{page.request['PATH_INFO']}?after=51")
    assert "Talk 50" in text_of(later)


def test_pasted_lines_are_a_sheet_too(as_alice, team):
    as_alice.post(NEW, {"text": f"Title\tVideo link\nTalk\t{LINK}/1.mp4\n"})
    with team_scope(team.id):
        assert the_sheet().mapping == {"0": "title", "1": "media_url"}


def test_a_file_that_is_no_sheet_is_refused_in_words(as_alice):
    page = upload(as_alice, "%PDF-1.7 …", name="videos.csv")
    assert "This is a PDF" in text_of(page)


def test_nothing_given_asks_for_a_sheet(as_alice):
    assert "Choose a sheet." in text_of(as_alice.post(NEW, {}))


def test_update_asks_for_a_yes_of_its_own_before_it_makes_new_ones(as_alice, team):
    asset = make_asset(team, reference="r", title="Old")
    upload(as_alice, f"Reference,Title,Video link\r\nr,New,\r\ns,Fresh,{LINK}/1.mp4\r\n")
    page = agree(as_alice, team)
    assert "Yes, also make 1 new video" in text_of(page)
    confirm(as_alice, team)
    with team_scope(team.id):
        assert not BatchItem.objects.exists()
        assert Asset.objects.get(pk=asset.pk).title == "New"


def test_paid_languages_are_told_before_they_are_added(as_alice, team):
    make_asset(team, reference="r", duration_seconds=600)
    upload(as_alice, 'Reference,Languages\r\nr,"de-DE, fr-FR"\r\n')
    page = agree(as_alice, team)
    assert "2 languages are added to 1 video, and each is paid for: 20 min." in text_of(page)


def test_columns_can_be_corrected_after_the_comparison(as_alice, team):
    upload(as_alice, f"Title,Video link\r\nTalk,{LINK}/1.mp4\r\n")
    page = agree(as_alice, team)
    page = as_alice.post(f"{page.request['PATH_INFO']}again/", follow=True)
    assert "What does each column hold?" in text_of(page)


def test_the_letters_can_be_corrected(as_alice, team):
    file = SimpleUploadedFile("v.csv", "Title;Where\r\nОткрытие;x\r\n".encode("cp1251"))
    as_alice.post(NEW, {"file": file})
    with team_scope(team.id):
        sheet = the_sheet()
    url = reverse("dubbing:sheet-reading", args=[sheet.pk])
    given = {"encoding": "cp1252", "delimiter": ";", "heading_line": "1"}
    page = as_alice.post(url, given, follow=True)
    assert "Îòêðûòèå" in text_of(page) and "Western European" in text_of(page)


def test_the_live_part_shows_the_page_and_spares_the_rest(as_alice, team):
    upload(as_alice, "Title\r\nTalk\r\n")
    with team_scope(team.id):
        SheetImport.objects.update(state=SheetState.COMPARING)
        url = reverse("dubbing:sheet-progress", args=[the_sheet().pk])
    part = as_alice.get(url)
    assert part["ETag"] and "Each line is compared" in text_of(part)
    assert as_alice.get(url, headers={"If-None-Match": part["ETag"]}).status_code == 304


def test_a_viewer_gives_no_sheets_but_takes_the_list_along(as_bob, team):
    make_asset(team, title="Seen")
    assert as_bob.get(NEW).status_code == 403
    assert b"Seen" in as_bob.get(reverse("dubbing:asset-export")).getvalue()


def test_the_export_follows_the_lists_filters(as_alice, team):
    make_asset(team, title="Wanted", tags=["x"])
    make_asset(team, title="Other")
    page = as_alice.get(reverse("dubbing:asset-list") + "?tag=x")
    assert "/assets/export/?tag=x&amp;as=xlsx" in page.content.decode()
    export = as_alice.get(reverse("dubbing:asset-export") + "?tag=x").getvalue().decode()
    assert "Wanted" in export and "Other" not in export
    book = load_workbook(
        io.BytesIO(as_alice.get("/assets/export/?tag=x&as=xlsx").getvalue()), read_only=True
    )
    assert [row[1] for row in book.active.values] == ["Title", "Wanted"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_reads_as_one_new_video_without_a_warning(as_alice, team, kind):
    answer = as_alice.get(reverse("dubbing:sheet-template") + f"?as={kind}").getvalue()
    as_alice.post(NEW, {"file": SimpleUploadedFile(f"new.{kind}", answer)})
    agree(as_alice, team)
    with team_scope(team.id):
        [line] = the_sheet().lines.all()
    assert line.verdict == "new" and line.notes == []
