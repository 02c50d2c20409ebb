from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.archives.patterns import USUAL_PATTERN
from dubbing.models import DownloadArchive
from dubbing.services.downloads import prepare_archive
from tests.builders import make_asset, make_member, make_team, make_version
from tests.conftest import signed_in
from tests.dubbing.downloads.films import download, fetch, make_finished

NEW, PREVIEW, LIST = (reverse(f"dubbing:archive-{name}") for name in ("new", "preview", "list"))


@pytest.fixture(autouse=True)
def own_plans(settings, tmp_path) -> None:
    settings.PLAN_DIR = tmp_path / "plans"


def test_page_shows_names_size_and_what_is_left_out(team: Team, as_alice: Client) -> None:
    make_finished(team, "Küche", project="Herbst")
    make_version(make_asset(team, title="Open yet"))
    text = as_alice.get(NEW).content.decode()
    assert "Herbst/Küche_de-DE_v1_2026-11-20.mp4" in text
    assert "1 of the 2 dubs has no film yet and is left out" in text
    assert "Open yet" in text
    assert f">\n{USUAL_PATTERN}</textarea>" in text


def test_only_chosen_rows_are_in_it(team: Team, as_alice: Client) -> None:
    chosen = make_finished(team, "Chosen")
    make_finished(team, "Other")
    by_dub = as_alice.get(NEW, {"dubbing": str(chosen.version.dubbing_id)}).content.decode()
    by_video = as_alice.post(NEW, {"asset": str(chosen.asset_id)}).content.decode()
    for text in (by_dub, by_video):
        assert "Chosen_de-DE" in text and "Other_de-DE" not in text


def test_all_that_a_filter_shows_is_in_it(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen", project="Autumn")
    make_finished(team, "Bath", project="Winter")
    page = as_alice.get(NEW, {"all": "1", "project": "Autumn"}).content.decode()
    assert "Kitchen_de-DE" in page and "Bath_de-DE" not in page
    made = as_alice.post(LIST, {"query": "project=Autumn", "pattern": "{video}"})
    with team_scope(team.id):
        archive = DownloadArchive.objects.get()
    assert made["Location"] == reverse("dubbing:archive-detail", args=[archive.pk])
    assert archive.films_count == 1


def test_only_films_finished_since_a_day(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    since = {"pattern": "{video}", "since": "2026-11-21"}
    assert "Kitchen.mp4" not in as_alice.post(PREVIEW, since).content.decode()
    since["since"] = "2026-11-20"
    assert "Kitchen.mp4" in as_alice.post(PREVIEW, since).content.decode()


@pytest.mark.parametrize("since", ["2026-13-45", "yesterday", "\x00"])
def test_day_that_is_none_is_told_when_it_is_made(team: Team, as_alice: Client, since: str) -> None:
    make_finished(team, "Kitchen")
    answer = as_alice.post(LIST, {"pattern": "{video}", "since": since})
    assert answer.status_code == 200 and "id_since_error" in answer.content.decode()


def test_nonsense_in_a_filter_is_told_and_the_rest_counts(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    text = as_alice.post(PREVIEW, {"query": "stage=nonsense", "pattern": "{video}"})
    assert "Kitchen.mp4" in text.content.decode() and "filter-x" not in text.content.decode()
    assert "nonsense" in text.content.decode()
    page = as_alice.get(NEW, {"all": "1", "stage": "nonsense"}).content.decode()
    assert "Kitchen_de-DE" in page and "“nonsense”" in page


def test_preview_tells_what_was_done_to_names(team: Team, as_alice: Client) -> None:
    make_finished(team, "CON")
    make_finished(team, "Same")
    make_finished(team, "same")
    text = as_alice.post(PREVIEW, {"pattern": "{video}"}).content.decode()
    assert "_CON.mp4" in text and "name that Windows keeps for itself" in text
    assert "1 × numbered" in text


def test_preview_says_what_is_wrong_with_the_pattern(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    text = as_alice.post(PREVIEW, {"pattern": "{vidio}"}).content.decode()
    assert "There is no {vidio}" in text
    text = as_alice.post(LIST, {"pattern": "{vidio}"}).content.decode()
    assert "There is no {vidio}" in text
    with team_scope(team.id):
        assert not DownloadArchive.objects.exists()


def test_pattern_is_there_again_next_time(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    as_alice.post(LIST, {"pattern": "{locale}/{video}"})
    assert ">\n{locale}/{video}.{ext}</textarea>" in as_alice.get(NEW).content.decode()


def test_nothing_to_download_is_said(team: Team, as_alice: Client) -> None:
    make_version(make_asset(team, title="Open yet"))
    assert "No film to take home yet" in as_alice.get(NEW).content.decode()
    answer = as_alice.post(LIST, {"pattern": "{video}"})
    assert "None of the chosen dubs has a finished film yet." in answer.content.decode()


def test_part_leads_to_the_archive_at_edge(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen", content=b"kitchen film")
    archive = download(team)
    page = as_alice.get(reverse("dubbing:archive-detail", args=[archive.pk]))
    part = reverse("dubbing:archive-part", args=[archive.pk, 1])
    assert part in page.content.decode()
    answer = as_alice.get(part)
    assert answer.status_code == 302
    assert b"kitchen film" in fetch(answer["Location"])
    assert as_alice.get(part.replace("/1/", "/2/")).status_code == 404


def test_list_of_links_is_only_for_films_in_a_bucket(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    links = reverse("dubbing:archive-links", args=[download(team).pk])
    assert "as one file" in as_alice.get(links, follow=True).content.decode()


def test_page_of_one_being_prepared_renews_itself(team: Team, as_alice: Client) -> None:
    make_finished(team, "Old", is_summed=False)
    archive = download(team)
    page = as_alice.get(reverse("dubbing:archive-detail", args=[archive.pk])).content.decode()
    assert "0 of 1 films read" in page and "data-live" in page
    part = as_alice.get(reverse("dubbing:archive-part", args=[archive.pk, 1]), follow=True)
    assert "not ready" in part.content.decode()
    progress = reverse("dubbing:archive-progress", args=[archive.pk])
    first = as_alice.get(progress)
    same = as_alice.get(progress, headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    with team_scope(team.id):
        prepare_archive(archive_id=archive.pk)
    ready = as_alice.get(progress, headers={"If-None-Match": first["ETag"]}).content.decode()
    assert "Fetch it" in ready and "data-live=" not in ready


def test_ended_download_is_gone(team: Team, as_alice: Client) -> None:
    make_finished(team, "Kitchen")
    archive = download(team)
    page = reverse("dubbing:archive-detail", args=[archive.pk])
    as_alice.post(reverse("dubbing:archive-delete", args=[archive.pk]))
    assert as_alice.get(page).status_code == 404


def test_reviewers_may_and_viewers_may_not(team: Team, as_bob: Client) -> None:
    assert as_bob.get(NEW).status_code == 403
    assert signed_in(make_member(team, Role.REVIEWER)).get(NEW).status_code == 200


def test_other_teams_rows_cannot_be_chosen(team: Team, as_alice: Client) -> None:
    theirs = make_finished(make_team(), "Theirs")
    text = as_alice.get(NEW, {"dubbing": str(theirs.version.dubbing_id)}).content.decode()
    assert "Theirs" not in text


def test_pages_ask_the_database_the_same_for_one_film_as_for_many(
    team: Team, as_alice: Client, django_assert_max_num_queries
) -> None:
    for number in range(12):
        make_finished(team, f"Video {number}", project=f"P{number % 3}")
    archive = download(team)
    for page in (NEW, LIST, reverse("dubbing:archive-detail", args=[archive.pk])):
        with django_assert_max_num_queries(12):
            assert as_alice.get(page).status_code == 200
