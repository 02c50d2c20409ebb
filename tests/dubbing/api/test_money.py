from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage, StatusChange
from tests.builders import make_api_key, make_asset, make_dubbing, make_team, make_upload
from tests.dubbing.api.caller import Caller, faults
from tests.dubbing.api.test_lists import follow
from tests.dubbing.money.test_ledger import order, set_rates

ASKED = {"languages": [{"locale": "de-DE"}, {"locale": "fr-FR"}], "end_time": "1:30"}


@pytest.fixture
def owner(team: Team) -> Caller:
    return Caller(make_api_key(team, Role.OWNER)[1])


def test_month_tells_sum_ceiling_rates_and_what_waits(producer: Caller, in_team: Team) -> None:
    set_rates(in_team, monthly_ceiling=Decimal(3))
    order(in_team), order(in_team)
    told = producer.get("money/").json()
    assert told["total"] == {"currency": "EUR", "amount": "2.00", "minutes": "1.0000"}
    assert told["other_totals"] == [] and told["dubs_of_unknown_length"] == 0
    assert told["ceiling_left"] == "1.00"
    assert told["held"] == {"commands": 1, "amount": "2.00"}
    rates = told["rates"]
    assert (rates["per_minute"], rates["monthly_ceiling"]) == ("2.0000", "3.00")
    assert len(told["month"]) == len("2026-11")


def test_a_month_without_anything_is_empty(producer: Caller, in_team: Team) -> None:
    told = producer.get("money/", month="2020-02").json()
    assert told["month"] == "2020-02" and told["rates"] is None and told["ceiling_left"] is None
    assert told["total"] == {"currency": None, "amount": "0.00", "minutes": "0.0000"}


@pytest.mark.parametrize("month", ["2026-13", "soon", "1999-01", ""])
def test_a_month_that_is_none_is_refused(producer: Caller, month: str) -> None:
    answer = producer.get("money/", month=month)
    assert answer.status_code == 400 and {field for field, _ in faults(answer)} == {"month"}


def test_lines_come_in_pages_newest_first(producer: Caller, in_team: Team) -> None:
    set_rates(in_team)
    messages = [order(in_team, "de-DE", "fr-FR"), order(in_team)]
    ids = [str(line.pk) for message in messages for line in message.spending.order_by("pk")]
    pages = follow(producer, "money/lines/", "next", page_size=2)
    assert [id for page in pages for id in page] == sorted(ids, reverse=True)
    (line,) = producer.get("money/lines/", asset=str(messages[1].asset_id)).json()["results"]
    expected = {"state": "counted", "locale": "de-DE", "amount": "2.00", "minutes": "1.0000"}
    assert expected.items() <= line.items()
    assert producer.get("money/lines/", state="held").json()["results"] == []
    assert producer.get("money/lines/", month="2020-01").json()["results"] == []


def test_an_order_has_its_price_before_it_is_sent(producer: Caller, in_team: Team) -> None:
    set_rates(in_team, monthly_ceiling=Decimal(3))
    told = producer.post("estimates/", ASKED).json()
    assert told == {
        "dubs": 2, "minutes": "3.0000", "amount": "6.00", "currency": "EUR", "spent": "0.00",
        "will_wait": True,
    }  # fmt: skip


def test_an_uploads_length_is_known(producer: Caller, in_team: Team) -> None:
    set_rates(in_team)
    upload = make_upload(in_team, facts={"duration": "60"})
    asked = {"languages": ASKED["languages"], "upload": str(upload.pk)}
    assert producer.post("estimates/", asked).json()["amount"] == "4.00"
    late = producer.post("estimates/", asked | {"end_time": "2:00"})
    assert faults(late) == {("end_time", "trim_outside")}


def test_languages_added_to_a_video_have_their_price_too(producer, in_team):
    set_rates(in_team)
    asset = make_asset(
        in_team, duration_seconds=Decimal(90), start_time=Decimal(30), lips_model="quality"
    )
    make_dubbing(asset, "de-DE")
    asked = {"asset": str(asset.pk), "languages": [{"locale": "fr-FR"}, {"locale": "ja-JP"}]}
    told = producer.post("estimates/", asked).json()
    assert (told["dubs"], told["minutes"], told["amount"]) == (2, "2.0000", "4.00")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"languages": [{"locale": "de-DE"}]}, ("languages", "language_exists")),
        ({"end_time": "1:00"}, ("end_time", "asset_given")),
        ({"asset": "01a208d2-b2f6-76fa-8dc9-a1a28f5eb8de"}, ("asset", "unknown_asset")),
        ({"asset": "mine"}, ("asset", "invalid")),
    ],
)
def test_a_video_here_is_priced_as_it_is(producer, in_team, changes, fault):
    asset = make_asset(in_team)
    make_dubbing(asset, "de-DE")
    asked = {"asset": str(asset.pk), "languages": [{"locale": "fr-FR"}]}
    assert faults(producer.post("estimates/", asked | changes)) == {fault}


def test_another_teams_video_has_no_price_here(producer, in_team):
    asked = {"asset": str(make_asset(make_team()).pk), "languages": [{"locale": "fr-FR"}]}
    assert faults(producer.post("estimates/", asked)) == {("asset", "unknown_asset")}


def test_what_is_not_known_is_null(producer: Caller, in_team: Team) -> None:
    set_rates(in_team)
    asked = {"languages": [{"locale": "de-DE"}], "media_url": "https://media.example.org/a.mp4"}
    told = producer.post("estimates/", asked).json()
    assert (told["dubs"], told["minutes"], told["amount"]) == (1, None, None)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"languages": [{"locale": "xx-XX"}]}, ("languages.0.locale", "unknown_locale")),
        ({"end_time": "soon"}, ("end_time", "invalid_time")),
        ({"start_time": 100}, ("end_time", "trim_order")),
        ({"upload": "nonsense"}, ("upload", "unknown_upload")),
        ({"lips_model": "best"}, ("lips_model", "invalid_choice")),
        ({"minutes": 4}, ("minutes", "unknown_field")),
    ],
)
def test_a_wrong_question_is_told_at_its_field(producer, in_team, changes, fault):
    assert faults(producer.post("estimates/", ASKED | changes)) == {fault}


def test_an_owners_key_releases_what_waits(producer: Caller, owner: Caller, in_team: Team) -> None:
    set_rates(in_team, monthly_ceiling=Decimal(0))
    first, second = order(in_team), order(in_team)
    shown = producer.get(f"assets/{first.asset_id}/").json()
    assert shown["held_since"] is not None
    asked = {"assets": [str(first.asset_id)]}
    assert producer.post("money/release/", asked).status_code == 403
    answer = owner.post("money/release/", asked)
    assert (answer.status_code, answer.json()) == (202, {"released": 1})
    assert owner.get(f"assets/{first.asset_id}/").json()["held_since"] is None
    assert owner.post("money/release/", asked).json() == {"released": 0}
    assert owner.post("money/release/", {"all": True}).json() == {"released": 1}
    with team_scope(in_team.pk):
        assert not OutboxMessage.objects.held().exists()
        change = StatusChange.objects.filter(asset=second.asset_id).order_by("-pk").first()
        assert change.actor_key is not None and "Released" in change.note


def test_a_release_says_what_it_means(owner: Caller, in_team: Team) -> None:
    assert faults(owner.post("money/release/", {})) == {("assets", "required")}
    assert owner.post("money/release/", {"assets": []}).status_code == 400
