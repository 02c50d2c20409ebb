"""Every list and every row's page: they open, and their queries do not grow with the rows."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team
from config.admin.counting import CAP, CappedCount, CappedPaginator, capped_count
from config.admin.links import list_url
from config.admin.rows import DeskAdmin
from tests.dubbing.admin.rows import make_many, newest

# Session, person, capped count, rows; further ones are named.
LIST_QUERIES = {
    "accounts.user": 4,
    "accounts.team": 4,
    "accounts.membership": 5,  # + teams of the filter
    "accounts.invitation": 5,
    "accounts.apikey": 5,
    "admin.logentry": 5,  # + kinds of rows of the filter
    "dubbing.locale": 5,  # + regions of the filter
    "dubbing.connection": 5,
    "dubbing.asset": 5,
    "dubbing.dubbing": 6,  # + languages of the filter
    "dubbing.version": 5,
    "dubbing.film": 5,
    "dubbing.project": 5,
    "dubbing.outboxmessage": 5,
    "dubbing.callbackdelivery": 5,
    "dubbing.statuschange": 5,
    "dubbing.usualtime": 5,
    "dubbing.refusedcallbacks": 5,
    "dubbing.ratecard": 5,
    "dubbing.monthtotal": 5,
    "dubbing.spendentry": 5,
    "dubbing.batch": 5,
    "dubbing.batchitem": 5,
    "dubbing.sheetimport": 5,
    "dubbing.sheetline": 5,
    "dubbing.subtitlefile": 5,
    "dubbing.linkcheck": 5,
    "dubbing.preset": 5,
    "dubbing.languageset": 5,
    "dubbing.idempotentanswer": 6,  # + codes of the filter
}
# A row's page reads the row and its parents one by one, its children at once.
MOST_ROW_QUERIES = 14
MOST_LIST_QUERIES = 7


@pytest.fixture
def many(db: None) -> None:
    make_many(60)


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(
        [query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    )


def test_lists_ask_the_same_few_queries_whatever_they_hold(many: None, as_operator: Client) -> None:
    asked = {
        label: queries_of(as_operator, list_url(apps.get_model(label))) for label in LIST_QUERIES
    }
    assert asked == LIST_QUERIES


def test_pages_of_rows_open_with_few_queries(many: None, as_operator: Client) -> None:
    asked = {}
    for label in LIST_QUERIES:
        model = apps.get_model(label)
        url = reverse(f"admin:{label.replace('.', '_')}_change", args=[newest(model).pk])
        asked[label] = queries_of(as_operator, url)
    assert {label: count for label, count in asked.items() if count > MOST_ROW_QUERIES} == {}


@pytest.mark.parametrize("label", LIST_QUERIES)
def test_every_list_has_search_filters_and_a_capped_count(label: str) -> None:
    desk = admin.site.get_model_admin(apps.get_model(label))
    assert isinstance(desk, DeskAdmin)
    assert desk.search_fields and desk.search_help_text
    assert desk.list_filter or desk.model is Team
    assert desk.paginator is CappedPaginator and not desk.show_full_result_count
    assert desk.show_facets == admin.ShowFacets.NEVER and not desk.date_hierarchy


def test_other_lists_of_ours_open_with_few_queries_too(many: None, as_operator: Client) -> None:
    registered = [model._meta for model in admin.site._registry]
    others = [
        options.label_lower
        for options in registered
        if options.app_label in ("accounts", "dubbing") and options.label_lower not in LIST_QUERIES
    ]
    asked = {label: queries_of(as_operator, list_url(apps.get_model(label))) for label in others}
    assert {label: count for label, count in asked.items() if count > MOST_LIST_QUERIES} == {}


def test_no_list_counts_beyond_the_cap(as_operator: Client, db: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        as_operator.get(list_url(apps.get_model("dubbing.outboxmessage")))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
    assert counts and all(f"LIMIT {CAP + 1}" in sql for sql in counts)


def test_capped_count_says_that_there_are_more(db: None) -> None:
    for number in range(4):
        Team.objects.create(slug=f"t{number}", name="T")
    assert capped_count(Team.objects.all(), cap=4) == 4
    capped = capped_count(Team.objects.all(), cap=3)
    assert isinstance(capped, CappedCount) and capped == 3 and str(capped) == "3+"


def test_list_beyond_the_cap_shows_it(
    db: None, as_operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.admin.counting.capped_count", lambda rows: CappedCount(1000))
    answer = as_operator.get(list_url(Team))
    assert "1,000+ teams" in answer.content.decode()


def test_index_groups_models_and_names_what_waits(many: None, as_operator: Client) -> None:
    page = as_operator.get("/admin/").content.decode()
    groups = ["Teams and people", "Videos and dubs", "Sending and hearing", "Set up", "Records"]
    places = [page.index(f">{group}<") for group in groups]
    assert places == sorted(places)
    assert "Messages refused <strong>60</strong>" in page
    assert "Finished films not copied yet <strong>60</strong>" in page
    assert "unknown outcome" not in page


def test_index_says_when_nothing_waits(db: None, as_operator: Client) -> None:
    assert "all that was sent has arrived" in as_operator.get("/admin/").content.decode()


def test_page_of_an_app_opens(db: None, as_operator: Client) -> None:
    assert as_operator.get("/admin/dubbing/").status_code == 200


def test_an_addresss_query_is_not_shown(many: None, as_operator: Client) -> None:
    model = apps.get_model("dubbing.linkcheck")
    listed = as_operator.get(list_url(model)).content.decode()
    row = reverse("admin:dubbing_linkcheck_change", args=[newest(model).pk])
    shown = as_operator.get(row).content.decode()
    assert "media.example.org" in listed and "media.example.org" in shown
    assert "secret" not in listed + shown
