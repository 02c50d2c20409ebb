"""Due dates, people and priorities that a template or a row says, on the dubs once it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from dubbing.models import Asset, BatchItem, Preset, StatusChange
from dubbing.services.batches import edit_items, expand_batch, send_batch
from dubbing.services.pilots import make_pilot, promote_pilot
from dubbing.services.preflight import check_item
from dubbing.services.presets import change_preset, save_language_set, save_preset
from dubbing.states import Priority, Verdict
from tests.builders import make_api_key, make_member, make_team
from tests.dubbing.api.caller import Caller, faults

LANGUAGES = ["de-DE", "sv-SE", "da-DK"]


@pytest.fixture
def anna(in_team):
    return make_member(in_team, Role.REVIEWER, email="anna@example.org", name="Anna Berg")


@pytest.fixture
def ben(in_team):
    return make_member(in_team, Role.REVIEWER, email="ben@example.org", name="Ben Voss")


def people_of(asset):
    return {dub.locale_id: dub.reviewer for dub in asset.dubbings.select_related("reviewer")}


def send(batch, actor, **options):
    send_batch(batch=batch, actor=actor, **options)
    expand_batch(batch_id=batch.pk)
    return [item.asset for item in batch.rows.select_related("asset").order_by("position")]


def test_a_template_says_who_and_when_and_the_dubs_have_it(
    batch, actor, add, pass_checks, anna, ben, alice, in_team
):
    save_language_set(team=in_team, name="Nordics", locales=["sv-SE", "da-DK"])
    reviewer = f"{ben.email}; Nordics: {anna.email.upper()}"
    settings = {
        "due": "7 days", "owner": alice.email, "reviewer": reviewer, "priority": "high"
    }  # fmt: skip
    preset = save_preset(team=in_team, actor=actor, name="Shows", settings=settings)
    items = add(2, languages=LANGUAGES)
    edit_items(batch=batch, actor=actor, items=items, changes=preset.settings)
    pass_checks()
    for asset in send(batch, actor):
        assert people_of(asset) == {"de-DE": ben, "sv-SE": anna, "da-DK": anna}
        for dub in asset.dubbings.all():
            assert dub.due_on == timezone.localdate() + timedelta(days=7)
            assert (dub.owner, dub.priority) == (alice, Priority.HIGH)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("due", "soon", "invalid_due"),
        ("priority", "very", "unknown_priority"),
        ("reviewer", "Atlantis: anna@example.org", "unknown_locale"),
        ("reviewer", "a@b.org; c@d.org", "unclear_reviewers"),
        ("reviewer", "sv-SE:", "unclear_reviewers"),
    ],
)
def test_what_makes_no_sense_is_a_fault_of_the_row(batch, add, name, value, code):
    (item,) = add(1, **{name: value})
    assert [entry["code"] for entry in item.faults[name]] == [code]


def test_a_reviewer_who_left_is_told_and_the_row_is_sent_without(
    batch, actor, add, anna, in_team, monkeypatch
):
    (item,) = add(1, reviewer=anna.email)
    Membership.objects.filter(user=anna).delete()
    found = check_item(item=item)
    assert found.faults == {}
    told = [entry for entry in found.findings if entry["code"] == "not_a_member"]
    assert told and "sent without this reviewer" in told[0]["message"] and anna.email in str(told)
    batch.rows.update(verdict=Verdict.AMBER)
    (asset,) = send(batch, actor, unsure_too=True)
    assert people_of(asset) == {"de-DE": None}
    notes = StatusChange.objects.filter(asset=asset).values_list("note", flat=True)
    assert any("sent without this reviewer" in note for note in notes)


def test_who_may_only_look_is_no_reviewer(batch, actor, add, in_team):
    looker = make_member(in_team, Role.VIEWER, email="looker@example.org")
    (item,) = add(1, reviewer=looker.email)
    codes = {entry["code"] for entry in check_item(item=item).findings}
    assert "may_not_review" in codes


def test_people_of_other_teams_are_nobody_here(batch, actor, add, in_team):
    stranger = make_member(make_team(), Role.REVIEWER, email="stranger@example.org")
    with pytest.raises(ValidationError) as caught:
        save_preset(team=in_team, actor=actor, name="Odd", settings={"reviewer": stranger.email})
    assert caught.value.error_dict["reviewer"][0].code == "not_a_member"


def test_a_pilot_has_the_people_and_its_full_run_the_date_too(batch, actor, add, pass_checks, anna):
    (item,) = add(1, reviewer=anna.email, due="2026-12-24")
    pilot = make_pilot(item=item, actor=actor)
    dub = pilot.dubbings.get()
    assert (dub.reviewer, dub.due_on) == (anna, None)
    full = promote_pilot(pilot=pilot, actor=actor).dubbings.get()
    assert (full.reviewer, str(full.due_on)) == (anna, "2026-12-24")


def test_the_template_page_changes_what_it_fills_in(as_alice, actor, anna, in_team, connection):
    preset = save_preset(team=in_team, actor=actor, name="Shows", settings={"due": "5 days"})
    address = reverse("dubbing:preset-change", args=[preset.pk])
    assert "5 days" in as_alice.get(address).content.decode()
    as_alice.post(
        address,
        {"name": "Series", "due": "3 working days", "reviewer_0": anna.email,
         "reviewer_1": "de-DE: none", "languages": ["de-DE"]},
    )  # fmt: skip
    kept = Preset.objects.get()
    assert kept.name == "Series"
    assert kept.settings == {
        "due": "3 working days", "reviewer": "anna@example.org; de-DE: none",
        "languages": ["de-DE"],
    }  # fmt: skip
    words = as_alice.get(reverse("dubbing:preset-list")).content.decode()
    assert "Due: 3 working days" in words
    refused = as_alice.post(address, {"name": "Series", "due": "soon"})
    assert "Write a date like" in refused.content.decode()


def test_an_empty_template_stays_as_it_was(actor, in_team):
    preset = save_preset(team=in_team, actor=actor, name="Shows", settings={"due": "5 days"})
    with pytest.raises(ValidationError):
        change_preset(preset=preset, name="Shows", settings={"due": ""})
    assert Preset.objects.get().settings == {"due": "5 days"}


def test_many_rows_get_a_reviewer_and_a_date_by_the_bar(as_alice, batch, add, anna, pass_checks):
    items = add(2)
    address = reverse("dubbing:batch-edit", args=[batch.pk])
    chosen = {"item": [str(item.pk) for item in items]}
    as_alice.post(address, chosen | {"action": "due", "bulk-due": "5 working days"})
    as_alice.post(address, chosen | {"action": "reviewer", "bulk-reviewer_0": anna.email})
    for item in batch.rows.all():
        assert (item.due, item.reviewer) == ("5 working days", anna.email)
    page = as_alice.get(reverse("dubbing:batch-detail", args=[batch.pk])).content.decode()
    assert "5 working days" in page and "Anna Berg" in page


def test_one_row_takes_them_in_its_own_form(as_alice, batch, add, anna, ben):
    (item,) = add(1)
    address = reverse("dubbing:batch-item-facts", args=[batch.pk, item.pk])
    as_alice.post(
        address,
        {"media_url": item.media_url, "locale": "en-US", "languages": ["de-DE"], "was": "{}",
         "reviewer_0": anna.email, "reviewer_1": f"de-DE: {ben.email}", "priority": "4"},
    )  # fmt: skip
    found = BatchItem.objects.get()
    assert found.reviewer == f"{anna.email}; de-DE: {ben.email}" and found.priority == "4"
    page = as_alice.get(reverse("dubbing:batch-item", args=[batch.pk, item.pk])).content.decode()
    assert f'value="{anna.email}" selected' in page and f"de-DE: {ben.email}" in page


def test_the_form_for_one_video_begins_with_a_template(as_alice, actor, anna, in_team, connection):
    settings = {"due": "2026-12-24", "reviewer": anna.email, "project": "Autumn"}
    preset = save_preset(team=in_team, actor=actor, name="Shows", settings=settings)
    address = reverse("dubbing:asset-new")
    page = as_alice.get(f"{address}?preset={preset.pk}").content.decode()
    assert 'value="2026-12-24"' in page and f'value="{anna.email}" selected' in page
    as_alice.post(
        address,
        {"media_url": "https://media.example.org/a.mp4", "locale": "en-US",
         "languages": ["de-DE"], "due": "2026-12-24", "reviewer_0": anna.email},
    )  # fmt: skip
    dub = Asset.objects.get().dubbings.get()
    assert (dub.reviewer, str(dub.due_on)) == (anna, "2026-12-24")


def test_programs_say_it_too_for_one_video_and_for_rows(in_team, batch, anna):
    caller = Caller(make_api_key(in_team)[1])
    one = caller.post(
        "assets/",
        {"media_url": "https://media.example.org/a.mp4", "locale": "en-US",
         "languages": [{"locale": "de-DE"}], "reviewer": anna.email, "priority": 4,
         "due": "2026-12-24"},
    )  # fmt: skip
    assert one.status_code == 201, one.content
    dub = Asset.objects.get().dubbings.get()
    assert (dub.reviewer, dub.priority, str(dub.due_on)) == (anna, 4, "2026-12-24")
    rows = caller.post(
        f"batches/{batch.pk}/items/",
        {"items": [{"media_url": "https://media.example.org/b.mp4", "due": "5 days",
                    "priority": 3}]},
    )  # fmt: skip
    assert rows.status_code == 201, rows.content
    assert rows.json()["results"][0]["due"] == "5 days"
    assert rows.json()["results"][0]["priority"] == "3"


def test_a_programs_batch_begins_with_a_template(in_team, connection, actor, anna):
    caller = Caller(make_api_key(in_team)[1])
    settings = {"due": "5 days", "reviewer": anna.email, "project": "Autumn"}
    preset = save_preset(team=in_team, actor=actor, name="Shows", settings=settings)
    (listed,) = caller.get("presets/").json()["results"]
    assert (listed["id"], listed["settings"]) == (str(preset.pk), settings)
    batch = caller.post("batches/", {"preset": listed["id"], "project": "Winter"}).json()
    assert batch["settings"] == settings | {"project": "Winter"}
    refused = caller.post("batches/", {"preset": batch["id"]})
    assert faults(refused) == {("preset", "unknown_preset")}
