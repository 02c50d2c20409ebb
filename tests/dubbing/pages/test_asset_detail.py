from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.screens.history import AT_FIRST, ENTRIES
from dubbing.states import AssetStatus, Kind, VersionStatus
from tests.builders import make_asset, make_dubbing, make_member, make_version
from tests.conftest import signed_in
from tests.dubbing.pages.html import has_tag, tag_with, text_of
from tests.dubbing.pages.rows import make_change, make_film, reload, settle
from tests.media import make_srt

pytestmark = pytest.mark.django_db
LOW_ROLES = [Role.REVIEWER, Role.VIEWER]
PRODUCER_PAGES = ["edit/", "languages/"]
PRODUCER_POSTS = ["edit/", "languages/", "hide/", "show/"]


def url_of(asset: Asset, part: str = "") -> str:
    return f"/assets/{asset.pk}/{part}"


def test_facts_tell_what_was_sent(as_alice: Client, team: Team) -> None:
    asset = make_asset(
        team,
        title="Harvest",
        duration_seconds=3725,
        speakers_count=3,
        start_time="1.500",
        lips_model="fast",
        reference="R-1",
        remote_id="ast_77",
        tags=["spring"],
    )
    text = text_of(as_alice.get(url_of(asset)))
    for fact in ("1:02:05", "English (US) en-US", "Fast", "0:01.500 – the end", "R-1", "ast_77"):
        assert fact in text


def test_source_by_link_plays_from_its_link(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, media_url="https://media.example.org/a.mp4")
    assert 'src="https://media.example.org/a.mp4"' in tag_with(
        as_alice.get(url_of(asset)), "<video"
    )


def test_source_file_plays_from_edge(as_alice: Client, team: Team, settings) -> None:
    asset = make_asset(team, media_url="", media_file="t/a/source/a.mp4", media_name="a.mp4")
    video = tag_with(as_alice.get(url_of(asset)), "<video")
    assert f'src="{settings.EDGE_URL}/films/' in video


def test_each_language_has_state_version_and_next_step(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    ready = make_version(asset, "de-DE", VersionStatus.READY_TO_EDIT)
    done = make_version(asset, "fr-FR", VersionStatus.COMPLETED)
    make_film(done)
    failed = make_version(asset, "ja-JP", VersionStatus.FAILED, error_message="No voice")
    make_version(asset, "ko-KR", VersionStatus.GENERATING)
    page = as_alice.get(url_of(asset))
    actions = {row.dubbing.locale_id: row.action for row in page.context["screen"].rows}
    assert actions == {"de-DE": "generate", "fr-FR": "download", "ja-JP": "reopen", "ko-KR": ""}
    assert has_tag(page, f'action="/versions/{ready.pk}/generate/"')
    assert has_tag(page, f'href="/versions/{failed.pk}/revise/"')
    assert "No voice" in text_of(page)


def test_older_versions_are_counted(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, "de-DE")
    newest = make_version(asset, "de-DE")
    page = as_alice.get(url_of(asset))
    assert "2 +1 more" in text_of(page)
    assert has_tag(page, f'href="/versions/{newest.pk}/"')


def test_viewer_sees_no_button_that_is_refused(as_bob: Client, team: Team) -> None:
    asset = make_asset(team)
    make_film(make_version(asset, "de-DE", VersionStatus.COMPLETED))
    make_version(asset, "fr-FR", VersionStatus.READY_TO_EDIT)
    page = as_bob.get(url_of(asset))
    for word in ("Generate", "Download", "Add languages", "Edit", "Hide"):
        assert f">{word}<" not in page.content.decode().replace("</svg>", ">")


@pytest.mark.parametrize(
    ("code", "words", "advice"),
    [
        ("NoSpeech", "Nobody speaks in the video", "Check that the right file"),
        ("TrimOutOfRange", "The trim lies outside the video", "Set start and end within"),
        ("SomethingNew", "Panjaya calls it “SomethingNew”", "Panjaya’s own words"),
        ("Unknown", "a reason that this desk does not know", "Panjaya’s own words"),
    ],
)
def test_failure_says_why_and_what_to_do(
    as_alice: Client, team: Team, code: str, words: str, advice: str
) -> None:
    asset = make_asset(
        team, status=AssetStatus.FAILED, error_code=code, error_message="detail of theirs"
    )
    text = text_of(as_alice.get(url_of(asset)))
    assert words in text
    assert advice in text
    assert f"{code} · detail of theirs" in text


def test_failure_without_a_reason_says_so(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, status=AssetStatus.FAILED)
    text = text_of(as_alice.get(url_of(asset)))
    assert "The video failed: Panjaya gave no reason" in text and "Try it once more." in text
    assert "Panjaya says" not in text


def test_foreign_video_does_not_exist(as_charlie: Client, team: Team) -> None:
    asset = make_asset(team)
    for part in ("", "progress/", "history/", "edit/", "languages/"):
        assert as_charlie.get(url_of(asset, part)).status_code == 404
    for part in PRODUCER_POSTS:
        assert as_charlie.post(url_of(asset, part)).status_code == 404


@pytest.mark.parametrize("role", LOW_ROLES)
def test_low_roles_may_look_but_not_change(team: Team, role: Role) -> None:
    asset = make_asset(team)
    client = signed_in(make_member(team, role))
    assert client.get(url_of(asset)).status_code == 200
    for part in PRODUCER_PAGES:
        assert client.get(url_of(asset, part)).status_code == 403
    for part in PRODUCER_POSTS:
        assert client.post(url_of(asset, part)).status_code == 403
    assert reload(asset).hidden_at is None


def test_hidden_video_leaves_the_list_and_comes_back_by_undo(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, title="Gone and back")
    page = as_alice.post(url_of(asset, "hide/"), follow=True)
    assert "“Gone and back” is hidden from the lists. Panjaya keeps it. Undo" in text_of(page)
    assert page.context["listing"].rows == []
    assert has_tag(page, f'action="{url_of(asset, "show/")}"')
    assert "Hidden from the lists" in text_of(as_alice.get(url_of(asset)))
    as_alice.post(url_of(asset, "show/"))
    assert reload(asset).hidden_at is None


def test_title_in_the_undo_message_stays_text(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, title="<b>bold</b>")
    page = as_alice.post(url_of(asset, "hide/"), follow=True)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.content.decode()


def test_hide_needs_a_post(as_alice: Client, team: Team) -> None:
    assert as_alice.get(url_of(make_asset(team), "hide/")).status_code == 405


def test_languages_are_added_with_their_srt(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, duration_seconds=10)
    make_version(asset, "de-DE")
    form = as_alice.get(url_of(asset, "languages/"))
    assert not has_tag(form, 'value="de-DE"') and not has_tag(form, 'value="en-US"')
    srt = SimpleUploadedFile("fr.srt", make_srt((0, 1, "Bonjour")).encode())
    fields = {"languages": ["fr-FR", "ja-JP"], "languages.fr-FR.srt": srt}
    page = as_alice.post(url_of(asset, "languages/"), fields, follow=True)
    assert "Languages added: 2." in text_of(page)
    with team_scope(team.id):
        assert Dubbing.objects.get(locale_id="fr-FR").srt_name == "fr.srt"
        assert OutboxMessage.objects.get().kind == Kind.ADD_LANGUAGES


@pytest.mark.parametrize(
    ("languages", "code"),
    [
        ([], "no_target"),
        (["de-DE"], "language_exists"),
        (["en-US"], "target_is_source"),
        (["he-IL"], "source_only_locale"),
    ],
)
def test_languages_that_cannot_be_added(
    as_alice: Client, team: Team, languages: list[str], code: str
) -> None:
    asset = make_asset(team)
    make_dubbing(asset, "de-DE")
    page = as_alice.post(url_of(asset, "languages/"), {"languages": languages})
    errors = page.context["form"].errors.as_data()["languages"]
    assert code in [error.code for error in errors]


def test_languages_wait_until_panjaya_has_the_video(as_alice: Client, team: Team) -> None:
    asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
    text = "Languages can be added once Panjaya has taken the video."
    assert text in text_of(as_alice.get(url_of(asset)))
    assert text in text_of(as_alice.get(url_of(asset, "languages/")))
    page = as_alice.post(url_of(asset, "languages/"), {"languages": ["fr-FR"]})
    assert text in text_of(page)
    with team_scope(team.id):
        assert not OutboxMessage.objects.exists()


def test_history_says_who_what_and_when(as_alice: Client, team: Team, alice) -> None:
    asset = make_asset(team)
    version = make_version(asset, "de-DE")
    make_change(asset, "Video given", cause="person", actor=alice)
    make_change(
        asset, "", cause="callback", dubbing=version.dubbing, version=version,
        before="NotReady", after="ReadyToEdit",
    )  # fmt: skip
    text = text_of(as_alice.get(url_of(asset)))
    assert "Video given Alice Ash · just now" in text
    assert "German · Being prepared → Ready for review Panjaya’s callback" in text


def test_history_goes_on_where_the_page_ends(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    made = [make_change(asset, f"note {n}").note for n in range(AT_FIRST + ENTRIES + 5)]
    page = as_alice.get(url_of(asset))
    seen = [entry.text for entry in page.context["history"].entries]
    before = page.context["history"].older_than
    while before:
        page = as_alice.get(url_of(asset, f"history/?before={before}"))
        seen += [entry.text for entry in page.context["history"].entries]
        before = page.context["history"].older_than
    assert seen == made[::-1]


def test_history_of_nonsense_begins_at_the_top(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_change(asset, "newest")
    page = as_alice.get(url_of(asset, "history/?before=x"))
    assert page.context["history"].entries[0].text == "newest"


def test_part_answers_304_until_the_row_changes(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, status=VersionStatus.GENERATING)
    settle(asset)
    part = tag_with(as_alice.get(url_of(asset)), f'id="asset-progress-{asset.pk}"')
    assert 'data-revision="1"' in part and 'hx-trigger="every 3s"' in part
    answer = as_alice.get(url_of(asset, "progress/"))
    known = {"If-None-Match": answer.headers["ETag"]}
    assert as_alice.get(url_of(asset, "progress/"), headers=known).status_code == 304
    with team_scope(team.id):
        Asset.objects.filter(pk=asset.pk).update(revision=2)
    answer = as_alice.get(url_of(asset, "progress/"), headers=known)
    assert 'data-revision="2"' in tag_with(answer, f'id="asset-progress-{asset.pk}"')
    assert "<html" not in answer.content.decode()


def test_another_look_at_panjaya_changes_what_is_shown(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, status=VersionStatus.GENERATING)
    settle(asset)
    known = as_alice.get(url_of(asset, "progress/")).headers["ETag"]
    settle(asset)
    assert as_alice.get(url_of(asset, "progress/")).headers["ETag"] != known


def test_settled_page_asks_for_itself_now_and_then(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_film(make_version(asset, status=VersionStatus.COMPLETED))
    settle(asset)
    part = tag_with(as_alice.get(url_of(asset)), f'id="asset-progress-{asset.pk}"')
    assert 'hx-trigger="every 15s"' in part


def test_opening_an_old_page_asks_panjaya_anew(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, status=VersionStatus.READY_TO_EDIT)
    long_ago = timezone.now() - timedelta(minutes=5)
    with all_teams("test"):
        Asset.objects.update(checked_at=long_ago, refresh_due_at=timezone.now() + timedelta(1))
    page = as_alice.get(url_of(asset))
    assert reload(asset).refresh_due_at <= timezone.now()
    assert "hx-get" in tag_with(page, f'id="asset-progress-{asset.pk}"')


def test_coming_back_from_the_studio_asks_sooner(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, status=VersionStatus.READY_TO_EDIT)
    a_moment_ago = timezone.now() - timedelta(seconds=20)
    with all_teams("test"):
        Asset.objects.update(checked_at=a_moment_ago, refresh_due_at=timezone.now() + timedelta(1))
    as_alice.get(url_of(asset, "progress/"))
    assert reload(asset).refresh_due_at > timezone.now()
    as_alice.get(url_of(asset, "progress/?back=1"))
    assert reload(asset).refresh_due_at <= timezone.now()


def test_opening_a_fresh_or_finished_page_asks_nothing(as_alice: Client, team: Team) -> None:
    fresh, finished = make_asset(team), make_asset(team)
    make_version(fresh, status=VersionStatus.READY_TO_EDIT)
    make_version(finished, status=VersionStatus.COMPLETED)
    settle(fresh)
    as_alice.get(url_of(fresh))
    as_alice.get(url_of(finished))
    assert reload(fresh).refresh_due_at > timezone.now() + timedelta(hours=1)
    assert reload(finished).refresh_due_at is None


def test_unknown_video_is_not_found(as_alice: Client) -> None:
    assert as_alice.get(f"/assets/{uuid.uuid4()}/").status_code == 404


def test_more_languages_take_no_more_queries(as_alice: Client, team: Team) -> None:
    as_alice.get(url_of(make_asset(team)))  # the rail counts once in a while
    asked = []
    for locales in (["de-DE", "fr-FR"], ["de-DE", "fr-FR", "ja-JP", "ko-KR", "sv-SE", "it-IT"]):
        asset = make_asset(team)
        for locale in locales:
            make_film(make_version(asset, locale, VersionStatus.COMPLETED))
            make_version(asset, locale, VersionStatus.READY_TO_EDIT)
        with CaptureQueriesContext(connection) as queries:
            as_alice.get(url_of(asset))
        asked.append(len(queries))
    assert asked[0] == asked[1]
