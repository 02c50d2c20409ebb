from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import SubtitleFile
from tests.builders import make_api_key, make_subtitle
from tests.dubbing.subtitles.corpus import VTT
from tests.dubbing.subtitles.rows import GERMAN, OVERLAPPING, SPANISH

HTMX = {"HX-Request": "true"}


@pytest.fixture
def subtitle(team: Team) -> SubtitleFile:
    return make_subtitle(team, text=OVERLAPPING, original=OVERLAPPING.encode())


def base(subtitle: SubtitleFile) -> str:
    return f"/batches/{subtitle.batch_id}/subtitles/"


def again(subtitle: SubtitleFile) -> SubtitleFile:
    with team_scope(subtitle.team_id):
        return SubtitleFile.objects.get(pk=subtitle.pk)


def given(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_panel_takes_files_with_their_folders(as_alice, subtitle):
    body = {"files": [given("video.srt", SPANISH)], "paths": ["es/Video.srt"]}
    answer = as_alice.post(base(subtitle), body, headers=HTMX)
    assert "es/Video.srt" in answer.content.decode()
    assert "2 found their place" in answer.content.decode()


def test_panel_names_what_it_does_not_take(as_alice, subtitle):
    answer = as_alice.post(base(subtitle), {}, headers=HTMX)
    assert "Choose subtitle files" in answer.content.decode()
    answer = as_alice.post(base(subtitle), {}, follow=True)
    assert "Choose subtitle files" in answer.content.decode()


def test_panel_is_told_once(as_alice, subtitle):
    first = as_alice.get(base(subtitle))
    etag = {"If-None-Match": first["ETag"]}
    assert as_alice.get(base(subtitle), headers=etag).status_code == 304


def test_number_of_queries_does_not_grow(as_alice, subtitle, django_assert_max_num_queries):
    names = [f"{number}.fr.srt" for number in range(30)]
    as_alice.post(base(subtitle), {"files": [given(name, GERMAN) for name in names]})
    as_alice.get(base(subtitle))  # The first page of a visit notes when the last one ended.
    with django_assert_max_num_queries(12):
        as_alice.get(base(subtitle))


def test_file_for_one_language_goes_there_whatever_its_name(as_alice, subtitle):
    page = {"page": subtitle.item_id, "item": subtitle.item_id, "srt": "de-DE", "locale": "de-DE"}
    body = page | {"files": [given("a.srt", GERMAN)]}
    answer = as_alice.post(base(subtitle), body, headers=HTMX)
    assert 'id="item-subtitles"' in answer.content.decode()
    with team_scope(subtitle.team_id):
        placed = SubtitleFile.objects.get(item=subtitle.item_id, locale="de-DE")
    assert placed.name == "a.srt"


def test_video_shows_findings_mends_and_cues(as_alice, subtitle):
    address = f"/batches/{subtitle.batch_id}/items/{subtitle.item_id}/subtitles/?srt=de-DE"
    as_alice.post(f"{base(subtitle)}{subtitle.pk}/place/", place(subtitle))
    shown = as_alice.get(address).content.decode()
    assert "End the earlier cue where the next begins" in shown
    assert 'id="cue-3"' in shown
    assert 'data-level="error"' in shown


def place(subtitle: SubtitleFile, **changes: str) -> dict[str, object]:
    return {"item": subtitle.item_id, "locale": "de-DE"} | changes


def press(client: Client, subtitle: SubtitleFile, verb: str, **body: str) -> str:
    answer = client.post(f"{base(subtitle)}{subtitle.pk}/{verb}/", body, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_each_press_does_what_it_says(as_alice, subtitle):
    as_alice.post(f"{base(subtitle)}{subtitle.pk}/place/", place(subtitle))
    page = str(subtitle.item_id)
    press(as_alice, subtitle, "mend", mend="trim_overlaps", page=page, srt="de-DE")
    assert again(subtitle).mends == ["trim_overlaps"]
    press(as_alice, subtitle, "undo", page=page)
    assert again(subtitle).mends == []
    press(as_alice, subtitle, "mend", mend="all")
    assert again(subtitle).findings == []
    press(as_alice, subtitle, "remove")
    assert again(subtitle).removed_at is not None
    press(as_alice, subtitle, "restore")
    assert again(subtitle).removed_at is None


@pytest.mark.parametrize(
    ("verb", "body", "words"),
    [
        ("mend", {"mend": "explode"}, "no longer offered"),
        ("place", {"item": "", "locale": "de-DE"}, "Choose the video"),
        ("place", {"item": "x", "locale": "de-DE"}, "Choose the video"),
    ],
)
def test_press_that_cannot_be_done_says_why(as_alice, subtitle, verb, body, words):
    assert words in press(as_alice, subtitle, verb, **body)


def test_original_is_saved_never_shown(as_alice, team):
    subtitle = make_subtitle(team, name="a/<b>ü.vtt", original=VTT.encode())
    answer = as_alice.get(f"{base(subtitle)}{subtitle.pk}/original/")
    assert answer.content == VTT.encode()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    answer = as_alice.get(f"{base(subtitle)}{subtitle.pk}/original/?as=srt")
    assert answer.content.decode() == subtitle.text


def test_files_for_a_single_form_are_read_and_named(as_alice):
    files = [given("talk_de.vtt", VTT), given("talk.es.srt", SPANISH), given("x.srt", "nothing")]
    body = {"files": files, "languages": ["de-DE", "es-MX", "es-ES"], "title": "Talk"}
    told = as_alice.post("/subtitles/read/", body).json()["files"]
    assert [one["locale"] for one in told] == ["de-DE", "", ""]
    assert told[0]["text"].startswith("1\n00:00:01,000")
    assert "es-ES" in told[1]["reason"] or "es-MX" in told[1]["reason"]
    assert "No subtitle format" in told[2]["reason"]


@pytest.fixture
def call(team: Team):
    token = make_api_key(team)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def send(method: str, path: str, body: object = None):
        text = json.dumps(body) if body is not None else ""
        return client.generic(method, f"/api/v1{path}", text, content_type="application/json")

    return send


def test_programs_give_place_mend_and_remove(call, subtitle):
    address = base(subtitle)
    files = [
        {"name": "video.fr.srt", "text": OVERLAPPING},
        {"name": "b.srt", "content": "MQowMDowMDowMSwwMDAgLS0+IDAwOjAwOjAyLDAwMApIb2xhCg=="},
    ]
    answer = call("POST", address, {"files": files})
    assert answer.status_code == 201
    french, other = answer.json()["results"]
    assert (french["locale"], french["verdict"]) == ("fr-FR", "faulty")
    assert other["item"] is None
    mend = "trim_overlaps"
    mended = call("POST", f"{address}{french['id']}/mend/", {"mend": mend}).json()
    assert mended["mends"] == [mend]
    undone = call("POST", f"{address}{french['id']}/mend/", {"mend": "undo"}).json()
    assert undone["mends"] == []
    body = {"item": str(subtitle.item_id), "locale": "it-IT"}
    assert call("PATCH", f"{address}{other['id']}/", body).json()["locale"] == "it-IT"
    assert call("DELETE", f"{address}{other['id']}/").status_code == 204
    assert call("GET", f"{address}{other['id']}/").json()["removed_at"]
    assert len(call("GET", address).json()["results"]) == 2


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"files": []}, "files", "min_length"),
        ({"files": [{"name": "a"}]}, "files.0.text", "required"),
        ({"files": [{"name": "a", "text": "x", "content": "eA=="}]}, "files.0.text", "required"),
        ({"files": [{"name": "a", "content": "§"}]}, "files.0.content", "invalid"),
        ({"files": [{"name": "a", "txt": ""}]}, "files.0.txt", "unknown_field"),
    ],
)
def test_programs_learn_what_is_wrong(call, subtitle, body, field, code):
    answer = call("POST", base(subtitle), body)
    assert answer.status_code == 400
    assert (field, code) in {(one["field"], one["code"]) for one in answer.json()["errors"]}
