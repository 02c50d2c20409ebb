from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Connection, Dubbing, OutboxMessage
from dubbing.states import Kind
from tests.builders import make_connection
from tests.dubbing.pages.html import has_tag, tag_with, text_of
from tests.media import make_srt, make_talking_video, make_tone_audio

pytestmark = pytest.mark.django_db
NEW = "/assets/new/"
LINK = "https://media.example.org/harvest_2026.mp4"


@pytest.fixture(autouse=True)
def connection(team: Team) -> Connection:
    return make_connection(team)


@pytest.fixture
def video(tmp_path: Path) -> SimpleUploadedFile:
    path = make_talking_video(tmp_path / "talk.mp4", seconds=2)
    return SimpleUploadedFile("My_talk.mp4", path.read_bytes(), "video/mp4")


def given(**changes: Any) -> dict[str, Any]:
    fields = {
        "submission": str(uuid.uuid4()),
        "media_url": LINK,
        "locale": "en-US",
        "languages": ["de-DE", "fr-FR"],
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def srt(*cues: tuple[float, float, str]) -> SimpleUploadedFile:
    text = make_srt(*(cues or ((0.1, 1.5, "Guten Morgen"),)))
    return SimpleUploadedFile("german.srt", text.encode())


def assets(team: Team) -> list[Asset]:
    with team_scope(team.id):
        return list(Asset.objects.order_by("pk"))


def test_form_offers_targets_but_not_those_that_are_only_sources(as_alice: Client) -> None:
    page = as_alice.get(NEW)
    assert has_tag(page, 'type="checkbox" name="languages" value="de-DE"')
    assert not has_tag(page, 'name="languages" value="he-IL"')
    assert has_tag(page, 'name="languages.de-DE.srt"')
    assert "Hebrew · he-IL" in text_of(page)


def test_form_says_which_background_goes_with_what(as_alice: Client) -> None:
    text = text_of(as_alice.get(NEW))
    assert "Goes with a video by link and with a video file." in text
    assert "Goes only with a video file" in text
    assert "Up to four times faster" in text


def test_link_becomes_an_asset_on_its_way(as_alice: Client, team: Team) -> None:
    answer = as_alice.post(
        NEW,
        given(
            title="Harvest",
            project="Gardens",
            tags="spring, legal",
            reference="R-1",
            speakers_count="2",
            start_time="1:02",
            end_time="90.5",
            lips_model="fast",
        ),
    )
    (asset,) = assets(team)
    assert answer.headers["Location"] == f"/assets/{asset.pk}/"
    assert (asset.title, asset.tags, asset.reference) == ("Harvest", ["spring", "legal"], "R-1")
    assert (asset.start_time, asset.end_time, asset.speakers_count) == (62, 90.5, 2)
    assert asset.lips_model == "fast"
    with team_scope(team.id):
        assert asset.project.name == "Gardens"
        codes = Dubbing.objects.order_by("locale_id").values_list("locale_id", flat=True)
        assert list(codes) == ["de-DE", "fr-FR"]
        assert OutboxMessage.objects.get().kind == Kind.CREATE


def test_blank_fields_stay_blank(as_alice: Client, team: Team) -> None:
    as_alice.post(NEW, given())
    (asset,) = assets(team)
    assert asset.title == "harvest 2026"
    assert (asset.speakers_count, asset.start_time, asset.end_time) == (None, None, None)
    assert (asset.lips_model, asset.background_audio_url, asset.project_id) == ("", "", None)


def test_file_is_kept_and_looked_into(
    as_alice: Client, team: Team, video: SimpleUploadedFile
) -> None:
    files = {"file": video, "languages.de-DE.srt": srt()}
    as_alice.post(NEW, given(media_url=None) | files)
    (asset,) = assets(team)
    assert asset.media_name == "My_talk.mp4"
    assert asset.title == "My talk"
    assert 1.5 < asset.duration_seconds < 2.5
    with team_scope(team.id):
        german = Dubbing.objects.get(locale_id="de-DE")
        assert "Guten Morgen" in german.srt
        assert german.srt_name == "german.srt"
        assert Dubbing.objects.get(locale_id="fr-FR").srt == ""


def test_background_file_goes_with_a_video_file(
    as_alice: Client, team: Team, video: SimpleUploadedFile, tmp_path: Path
) -> None:
    track = make_tone_audio(tmp_path / "music.m4a")
    files = {"file": video, "background_audio": SimpleUploadedFile("m.m4a", track.read_bytes())}
    as_alice.post(NEW, given(media_url=None) | files)
    (asset,) = assets(team)
    assert asset.background_audio_name == "m.m4a"


def test_srt_of_an_old_encoding_is_taken_with_a_word(as_alice: Client, team: Team) -> None:
    text = make_srt((0, 1, "Schöne Grüße")).encode("latin-1")
    file = SimpleUploadedFile("alt.srt", text)
    answer = as_alice.post(NEW, given() | {"languages.de-DE.srt": file}, follow=True)
    assert "alt.srt: The file is not UTF-8; we read it as Windows-1252" in text_of(answer)
    assert as_alice.get(answer.redirect_chain[0][0]).status_code == 200


def test_success_ends_the_draft_once(as_alice: Client) -> None:
    page = as_alice.post(NEW, given(), follow=True)
    assert 'content="asset-new"' in tag_with(page, "draft-done")
    again = as_alice.get(page.redirect_chain[0][0])
    assert not has_tag(again, "draft-done")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"media_url": ""}, "media_url", "no_source"),
        ({"media_url": "ftp://example.org/a.mp4"}, "media_url", "url_scheme"),
        ({"media_url": "https://u:p@example.org/a.mp4"}, "media_url", "url_credentials"),
        ({"media_url": "https://example.org/" + "a" * 5000}, "media_url", "url_too_long"),
        ({"locale": ""}, "locale", "unknown_locale"),
        ({"locale": "xx-XX"}, "locale", "unknown_locale"),
        ({"languages": []}, "languages", "no_target"),
        ({"languages": ["en-US"]}, "languages", "target_is_source"),
        ({"languages": ["he-IL"]}, "languages", "source_only_locale"),
        ({"languages": ["de-DE", "de-DE"]}, "languages", "duplicate_target"),
        ({"languages": ["tlh-XX"]}, "languages", "unknown_locale"),
        ({"start_time": "9", "end_time": "8"}, "end_time", "trim_order"),
        ({"end_time": "-1"}, "end_time", "negative_time"),
        ({"start_time": "NaN"}, "start_time", "invalid_time"),
        ({"start_time": "1.2345"}, "start_time", "too_fine_time"),
        ({"speakers_count": "0"}, "speakers_count", "speakers_range"),
        ({"speakers_count": "two"}, "speakers_count", "invalid"),
        ({"lips_model": "best"}, "lips_model", "unknown_lips_model"),
        ({"background_audio_url": "file:///etc/passwd"}, "background_audio_url", "url_scheme"),
        ({"title": "t" * 2_000_000}, "title", "title_too_long"),
        ({"tags": ",".join(str(n) for n in range(30))}, "tags", "too_many_tags"),
    ],
)
def test_bad_input_is_told_at_its_field_and_saves_nothing(
    as_alice: Client, team: Team, changes: dict[str, Any], field: str, code: str
) -> None:
    page = as_alice.post(NEW, given(**changes))
    assert page.status_code == 200
    errors = page.context["form"].errors.as_data()
    assert code in [error.code for error in errors[field]]
    assert assets(team) == []
    with team_scope(team.id):
        assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file_empty"), (b"no video at all " * 99, "not_a_video")]
)
def test_file_that_is_no_video_is_told(
    as_alice: Client, team: Team, content: bytes, code: str
) -> None:
    file = SimpleUploadedFile("a.mp4", content, "video/mp4")
    page = as_alice.post(NEW, given(media_url=None) | {"file": file})
    assert [error.code for error in page.context["form"].errors.as_data()["file"]] == [code]
    assert assets(team) == []


def test_video_that_stops_midway_is_told(
    as_alice: Client, team: Team, video: SimpleUploadedFile
) -> None:
    whole = video.read()
    half = SimpleUploadedFile("half.mp4", whole[: len(whole) // 2], "video/mp4")
    page = as_alice.post(NEW, given(media_url=None) | {"file": half})
    assert page.context["form"].errors.as_data()["file"][0].code in {"truncated", "not_a_video"}
    assert assets(team) == []


def test_srt_faults_stand_at_their_language(as_alice: Client, team: Team) -> None:
    files = {"languages.de-DE.srt": srt((1, 3, "eins"), (2, 4, "zwei"))}
    page = as_alice.post(NEW, given() | files)
    (error,) = page.context["form"].errors.as_data()["languages.de-DE.srt"]
    assert error.code == "srt_overlap"
    assert "german.srt: Cue 2" in text_of(page)
    assert assets(team) == []


def test_srt_of_ten_megabytes_is_refused(as_alice: Client, team: Team) -> None:
    file = SimpleUploadedFile("big.srt", b"x" * 10_000_000)
    page = as_alice.post(NEW, given() | {"languages.de-DE.srt": file})
    (error,) = page.context["form"].errors.as_data()["languages.de-DE.srt"]
    assert error.code == "srt_too_large"
    assert "10,000,000" in error.message


def test_srt_of_a_language_that_was_not_chosen_is_left_out(as_alice: Client, team: Team) -> None:
    as_alice.post(NEW, given() | {"languages.ja-JP.srt": srt()})
    assert len(assets(team)) == 1


def test_background_file_with_a_link_is_refused_with_the_reason(
    as_alice: Client, team: Team
) -> None:
    file = SimpleUploadedFile("m.wav", b"RIFF")
    page = as_alice.post(NEW, given() | {"background_audio": file})
    (error,) = page.context["form"].errors.as_data()["background_audio"]
    assert error.code == "background_needs_file"
    assert assets(team) == []


def test_what_was_typed_survives_errors(as_alice: Client) -> None:
    typed = given(
        title="Kept title",
        project="Kept project",
        tags="kept, tags",
        reference="kept-1",
        speakers_count="0",
        start_time="1:02:03.250",
        lips_model="fast",
        languages=["ja-JP"],
    )
    page = as_alice.post(NEW, typed)
    for value in ("Kept title", "Kept project", "kept, tags", "kept-1", "1:02:03.250", LINK):
        assert has_tag(page, f'value="{value}"')
    assert tag_with(page, 'value="fast"').endswith("checked>")
    assert tag_with(page, 'name="languages" value="ja-JP"').endswith("checked>")
    assert "selected" in tag_with(page, '<option value="en-US"')
    assert typed["submission"] in tag_with(page, 'name="submission"')


def test_files_to_choose_again_are_named(as_alice: Client, video: SimpleUploadedFile) -> None:
    files = {"file": video, "languages.de-DE.srt": srt()}
    page = as_alice.post(NEW, given(media_url=None, speakers_count="0") | files)
    text = text_of(page)
    assert "My_talk.mp4 (Video file)" in text
    assert "german.srt (SRT for German)" in text


def test_script_in_a_title_stays_text(as_alice: Client, team: Team) -> None:
    page = as_alice.post(NEW, given(title="<script>alert(1)</script>"), follow=True)
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_double_click_makes_one_asset(as_alice: Client, team: Team) -> None:
    form = given()
    first, second = as_alice.post(NEW, form), as_alice.post(NEW, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(assets(team)) == 1
    with team_scope(team.id):
        assert OutboxMessage.objects.count() == 1


def test_repeat_of_a_sent_form_says_so(as_alice: Client, team: Team) -> None:
    form = given()
    as_alice.post(NEW, form, follow=True)
    page = as_alice.post(NEW, form | {"title": "Changed since"}, follow=True)
    assert "This form was sent before: here is the video it made." in text_of(page)
    assert assets(team)[0].title != "Changed since"


def test_each_form_has_its_own_submission(as_alice: Client) -> None:
    marks = {
        re.search(r'value="([0-9a-f-]+)"', tag_with(as_alice.get(NEW), 'name="submission"'))[1]
        for _ in range(2)
    }
    assert len(marks) == 2


def test_broken_submission_does_not_stop_the_form(as_alice: Client, team: Team) -> None:
    as_alice.post(NEW, given(submission="nonsense"))
    assert len(assets(team)) == 1


def test_session_that_ended_leads_to_the_login_and_back(client: Client, team: Team) -> None:
    answer = client.post(NEW, given())
    assert answer.status_code == 302
    assert "next=/assets/new/" in answer.headers["Location"]
    assert assets(team) == []


def test_form_keeps_a_draft_on_the_device(as_alice: Client) -> None:
    form = tag_with(as_alice.get(NEW), "data-draft=")
    assert 'data-draft="asset-new"' in form
    assert "data-upload" in form and "data-once" in form


def test_form_is_never_taken_from_a_cache(as_alice: Client) -> None:
    assert "no-store" in as_alice.get(NEW).headers["Cache-Control"]


def test_viewer_may_not_send(as_bob: Client, team: Team) -> None:
    assert as_bob.get(NEW).status_code == 403
    assert as_bob.post(NEW, given()).status_code == 403
    assert assets(team) == []


def test_team_without_a_connection_is_told_before_and_after(as_charlie: Client) -> None:
    assert "no connection to Panjaya yet" in text_of(as_charlie.get(NEW))
    page = as_charlie.post(NEW, given())
    assert page.context["form"].non_field_errors()
    with all_teams("test"):
        assert not Asset.objects.exists()


def test_known_projects_are_suggested(as_alice: Client) -> None:
    as_alice.post(NEW, given(project="Gardens"))
    assert has_tag(as_alice.get(NEW), '<option value="Gardens"')


def test_submission_of_another_team_is_not_found(
    as_alice: Client, as_charlie: Client, charlie: Any
) -> None:
    make_connection(charlie.teams.get())
    form = given()
    as_alice.post(NEW, form)
    as_charlie.post(NEW, form)
    with all_teams("test"):
        assert Asset.objects.count() == 2
        first, second = Asset.objects.order_by("pk")
    assert first.team_id != second.team_id
    assert second.created_at - first.created_at < timedelta(minutes=1)
