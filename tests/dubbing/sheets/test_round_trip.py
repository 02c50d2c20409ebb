from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from accounts.models import Team
from dubbing.models import Asset, Project
from dubbing.services.sheets import HEADINGS, asset_rows, export_xlsx
from dubbing.sheets import escape_cell, unescape_cell, write_csv
from dubbing.states import LineVerdict
from tests.builders import make_asset, make_dubbing, make_member, make_user
from tests.dubbing.sheets.giving import compare, lines_of

NASTY = (
    '=cmd|"/c calc"!A1',
    "+1 of us",
    "-5 degrees",
    "@home",
    "\ttabbed",
    'She said "no", twice',
    "two\nlines",
    "old\rMac",
    "both\r\nends",
    "😀 emoji 👩‍👩‍👧",
    "שלום עולם",
    "مرحبا, عالم",
    "007",
    "1.50",
    "TRUE",
    "2026-01-02",
    "1E5",
    "'=quoted",
    "''=twice",
    "'Tis the season",
    "_x000D_ is literal",
    "#N/A",
    "a;b|c\td,e",
    'ends with a quote"',
    "\u202eright to left\u202c",
    "bell\x07",
)


@pytest.fixture
def library(in_team: Team) -> Team:
    """A video for every nasty title, and one with everything there is to say."""
    for title in NASTY:
        make_asset(in_team, title=title, reference=title.strip(), tags=["=one", "007"])
    full = make_asset(
        in_team,
        title="Everything",
        project=Project.objects.create(team=in_team, name="=Series"),
        speakers_count=3,
        start_time=Decimal("12.500"),
        end_time=Decimal("3723.000"),
        lips_model="fast",
        background_audio_url="https://media.example.org/m&e.wav",
        duration_seconds=Decimal("4000.250"),
    )
    anna = make_member(in_team, email="anna@example.org")
    # Whoever has left the team still stands where they stood.
    left = make_user(email="left@example.org")
    day = date(2026, 12, 3)
    make_dubbing(full, "ja-JP", owner=anna, reviewer=left, due_on=day, priority=4)
    make_dubbing(full, "de-DE", owner=anna)
    make_dubbing(full, "fr-FR", owner=anna, reviewer=anna, due_on=day)
    make_asset(in_team, media_url="", media_file="x/film.mp4", media_name="=film final.mp4")
    return in_team


def exported_csv() -> ContentFile:
    text = "".join(write_csv(HEADINGS, asset_rows(Asset.objects.shown())))
    return ContentFile(text.encode(), name="videos.csv")


def test_our_csv_reads_back_to_unchanged_on_every_line(library):
    sheet = compare(library, exported_csv())
    assert sheet.counts["unchanged"] == sheet.counts["lines"] == len(NASTY) + 2
    assert [line.notes for line in lines_of(sheet) if line.notes] == []


def test_our_xlsx_reads_back_to_unchanged_on_every_line(library, tmp_path):
    path = tmp_path / "videos.xlsx"
    export_xlsx(path, Asset.objects.shown())
    sheet = compare(library, ContentFile(path.read_bytes(), name="videos.xlsx"))
    assert sheet.counts["unchanged"] == sheet.counts["lines"] == len(NASTY) + 2
    assert {line.verdict for line in lines_of(sheet)} == {LineVerdict.UNCHANGED}


def test_no_cell_of_an_export_begins_like_a_formula(library):
    text = exported_csv().read().decode("utf-8-sig")
    for start in ("=", "+", "-", "@", "\t", "\r"):
        assert f",{start}" not in text and f',"{start}' not in text
        assert f"\n{start}" not in text.replace("\r\n", "\n") or start in "\r\t"


@pytest.mark.parametrize("text", [*NASTY, "'", "''", "'''=", "=", "'+'", ""])
def test_escaping_is_undone_exactly(text):
    assert unescape_cell(escape_cell(text)) == text


def test_export_reads_its_rows_in_chunks(library, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("dubbing.services.sheets.exporting.ROWS_AT_ONCE", 10)
    with django_assert_num_queries(6):
        assert len(list(asset_rows(Asset.objects.shown()))) == len(NASTY) + 2
