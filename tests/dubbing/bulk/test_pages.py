from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.scoping import team_scope
from dubbing.models import BulkAction, Dubbing, OutboxMessage
from dubbing.states import BulkState, BulkVerb, MessageState, VersionStatus
from tests.builders import make_asset, make_version


@pytest.fixture
def pair(team):
    """Two dubs that can be generated."""
    asset = make_asset(team, duration_seconds=90, title="Talk")
    return [make_version(asset, locale).dubbing for locale in ("de-DE", "fr-FR")]


def ids(dubbings: list[Dubbing]) -> str:
    return ",".join(str(dubbing.pk) for dubbing in dubbings)


def begin_address(page: str) -> str:
    return re.search(r'action="(/bulk/[0-9a-f-]+/begin/)"', page)[1]


def ask(client, verb: str, dubbings: list[Dubbing], **more):
    given = {"verb": verb, "dubbing": ids(dubbings)} | more
    return client.post(reverse("dubbing:bulk-new"), given, follow=True)


def test_assigning_asks_first_and_goes_back_with_an_undo(as_alice, alice, pair, team):
    asked = ask(as_alice, "assign", pair, next="/assets/?q=x")
    page = asked.content.decode()
    assert "Assign 2 dubs?" in page and "In 1 video." in page
    assert "For 10 minutes it can be undone" in page
    done = as_alice.post(
        begin_address(page),
        {"owner": str(alice.pk), "reviewer": "as-is", "next": "/assets/?q=x"},
        follow=True,
    )
    assert done.redirect_chain[-1][0] == "/assets/?q=x"
    assert "Assign 2 dubs: 2 done." in done.content.decode()
    undo = re.search(r'action="(/bulk/[0-9a-f-]+/undo/)"', done.content.decode())[1]
    with team_scope(team.id):
        assert set(Dubbing.objects.values_list("owner", "reviewer")) == {(alice.pk, None)}
    undone = as_alice.post(undo, {"next": "/assets/"}, follow=True)
    assert "Undone. Everything is as it was before." in undone.content.decode()
    with team_scope(team.id):
        assert set(Dubbing.objects.values_list("owner", flat=True)) == {None}


def test_a_reviewer_and_a_due_date_are_given_in_one_go(as_alice, alice, pair, team):
    page = ask(as_alice, "assign", pair).content.decode()
    given = {"owner": "as-is", "reviewer": str(alice.pk), "due_on": "2030-12-04"}
    as_alice.post(begin_address(page), given)
    with team_scope(team.id):
        found = set(Dubbing.objects.values_list("owner", "reviewer", "due_on"))
    assert found == {(None, alice.pk, date(2030, 12, 4))}


def test_assigning_with_a_blank_date_leaves_the_dates(as_alice, alice, pair, team):
    with team_scope(team.id):
        Dubbing.objects.update(due_on=date(2030, 5, 1))
    page = ask(as_alice, "assign", pair).content.decode()
    given = {"owner": "as-is", "reviewer": str(alice.pk), "due_on": ""}
    as_alice.post(begin_address(page), given)
    with team_scope(team.id):
        found = set(Dubbing.objects.values_list("reviewer", "due_on"))
    assert found == {(alice.pk, date(2030, 5, 1))}


def test_what_cannot_be_is_counted_by_its_reason_with_the_minutes_of_the_others(
    as_alice, pair, team
):
    made = make_version(make_asset(team), status=VersionStatus.COMPLETED).dubbing
    page = ask(as_alice, "generate", [*pair, made]).content.decode()
    assert "Generate 3 dubs?" in page and "2 dubs can, 1 cannot:" in page
    assert "<b>1</b> The film is made. Revise it first to make another." in page
    assert "Generate · 3\N{NO-BREAK SPACE}min</button>" in page


def test_where_none_can_there_is_no_button(as_alice, team):
    made = make_version(make_asset(team), status=VersionStatus.COMPLETED).dubbing
    page = ask(as_alice, "generate", [made]).content.decode()
    assert "None of them can:" in page and "btn-primary" not in page


def test_a_wrong_value_stands_beside_its_field(as_alice, pair, team):
    page = ask(as_alice, "due", pair).content.decode()
    answer = as_alice.post(begin_address(page), {"due_on": "soon"})
    assert "Write a date like 2026-12-03." in answer.content.decode()
    with team_scope(team.id):
        assert BulkAction.objects.get().state == BulkState.PREPARED


def test_languages_are_said_first_then_the_price_then_the_yes(as_alice, pair, team):
    page = ask(as_alice, "add-languages", pair).content.decode()
    assert "Show the price" in page
    address = begin_address(page)
    asked = as_alice.post(address, {"languages": ["ja-JP", "fr-FR"]}, follow=True)
    priced = asked.content.decode()
    assert "Add the languages · 2\N{NO-BREAK SPACE}min" in priced and "no prices" in priced
    changed = {"languages": ["ja-JP", "fr-FR", "it-IT"], "price": "1"}
    assert "3\N{NO-BREAK SPACE}min" in as_alice.post(address, changed, follow=True).content.decode()
    as_alice.post(address, changed)
    with team_scope(team.id):
        assert {"ja-JP", "it-IT"} < set(Dubbing.objects.values_list("locale_id", flat=True))


def test_the_report_says_why_and_filters_by_result(as_alice, pair, team):
    made = make_version(make_asset(team, title="Other"), status=VersionStatus.COMPLETED).dubbing
    page = ask(as_alice, "generate", [*pair, made], next="/assets/").content.decode()
    report = as_alice.post(begin_address(page), {"next": "/assets/"}, follow=True)
    text = report.content.decode()
    assert "2 asked for · 1 not possible" in text and "The film is made." in text
    address = report.redirect_chain[-1][0].split("?")[0]
    only = as_alice.get(address, {"outcome": "refused"}).content.decode()
    assert "Other" in only and "Talk" not in only
    assert as_alice.get(address, {"outcome": "nonsense", "after": "x"}).status_code == 200
    assert "Generate 3 dubs" in as_alice.get(reverse("dubbing:bulk-list")).content.decode()


def test_the_live_part_answers_304_while_nothing_changed(as_alice, pair, team):
    ask(as_alice, "hide", pair)
    with team_scope(team.id):
        action = BulkAction.objects.get()
    address = reverse("dubbing:bulk-progress", args=[action.pk])
    first = as_alice.get(address)
    again = as_alice.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_bar_learns_the_price_before_the_verb(as_alice, pair):
    answer = as_alice.post(reverse("dubbing:bulk-quote"), {"dubbing": ids(pair)})
    assert "<b>2 dubs</b> in 1 video" in answer.content.decode()
    assert "Generate · 3\xa0min" in answer.content.decode()


@pytest.mark.parametrize("given", [{}, {"dubbing": "nonsense"}, {"asset": "12"}])
def test_nothing_or_nonsense_chosen_says_so(as_alice, team, given):
    given = given | {"verb": "hide", "next": "/assets/"}
    answer = as_alice.post(reverse("dubbing:bulk-new"), given, follow=True)
    text = answer.content.decode()
    assert "Nothing is chosen" in text or "has no id of ours" in text


def test_an_unknown_verb_says_so(as_alice, pair):
    answer = ask(as_alice, "explode", pair, next="/assets/")
    assert "Choose what to do with them." in answer.content.decode()


def test_the_way_back_never_leads_elsewhere(as_alice, pair):
    answer = ask(as_alice, "hide", pair, next="https://evil.example/")
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize("verb", BulkVerb.values)
def test_a_viewer_may_ask_for_none(as_bob, pair, verb):
    given = {"verb": verb, "dubbing": ids(pair)}
    assert as_bob.post(reverse("dubbing:bulk-new"), given).status_code == 403


def test_a_report_of_sends_asks_anew_until_the_last_one_has_left(slow, as_alice, pair, team):
    page = ask(as_alice, "generate", pair[:1]).content.decode()
    as_alice.post(begin_address(page), {})
    with team_scope(team.id):
        action = BulkAction.objects.get()
    address = reverse("dubbing:bulk-progress", args=[action.pk])
    waiting = as_alice.get(address)
    assert "every 5s" in waiting.content.decode() and ">Undo<" in waiting.content.decode()
    with team_scope(team.id):
        OutboxMessage.objects.update(state=MessageState.DONE)
    gone = as_alice.get(address, headers={"if-none-match": waiting["ETag"]})
    assert gone.status_code == 200
    assert "every" not in gone.content.decode() and ">Undo<" not in gone.content.decode()
