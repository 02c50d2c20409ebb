"""What people call a video, edited on its page, by two at once too."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from accounts.models import Team
from dubbing.models import Asset, Project, StatusChange
from tests.builders import make_asset
from tests.dubbing.pages.html import text_of

ADDRESS = "/assets/{}/edit/"


@pytest.fixture
def asset(in_team: Team) -> Asset:
    return make_asset(in_team, title="Harbour", tags=["spring"], reference="ep-1")


def opened(client: Client, asset: Asset) -> dict[str, str]:
    """The form as a browser would send it, untouched."""
    form = client.get(ADDRESS.format(asset.pk)).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return fields | {"seen": json.dumps(form.initial["seen"])}


def save(client: Client, asset: Asset, form: dict[str, str], **changes: str):
    return client.post(ADDRESS.format(asset.pk), form | changes)


def test_what_people_call_it_is_saved_and_told(as_alice, asset):
    form = opened(as_alice, asset)
    answer = save(as_alice, asset, form, title=" Port ", project="Summer", tags="a, A ,b")
    assert answer.status_code == 302
    asset.refresh_from_db()
    assert (asset.title, asset.project.name, asset.tags) == ("Port", "Summer", ["a", "b"])
    page = as_alice.get(answer.url)
    assert "Changed: title, project, tags" in text_of(page)
    save(as_alice, asset, opened(as_alice, asset), project="")
    asset.refresh_from_db()
    assert asset.project is None


def test_saving_without_a_change_writes_nothing(as_alice, asset):
    assert save(as_alice, asset, opened(as_alice, asset)).status_code == 302
    assert not StatusChange.objects.filter(asset=asset).exists()


def test_two_who_change_different_things_keep_both(as_alice, asset):
    first, second = opened(as_alice, asset), opened(as_alice, asset)
    save(as_alice, asset, first, reference="theirs")
    assert save(as_alice, asset, second, tags="mine").status_code == 302
    asset.refresh_from_db()
    assert (asset.reference, asset.tags, asset.title) == ("theirs", ["mine"], "Harbour")


def test_two_who_change_the_same_are_shown_both(as_alice, asset):
    first, second = opened(as_alice, asset), opened(as_alice, asset)
    save(as_alice, asset, first, reference="theirs", tags="")
    answer = save(as_alice, asset, second, reference="mine", tags="mine too", title="Port")
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Now it has no tags, reference “theirs”" in words
    assert "you wrote tags “mine too”, reference “mine”" in words
    assert "Save mine" in words and "Leave theirs" in words
    asset.refresh_from_db()
    assert (asset.reference, asset.tags, asset.title) == ("theirs", [], "Harbour")

    page = answer.content.decode()
    shown = {name: value_of(page, name) for name in second}
    assert shown["reference"] == "mine" and shown["title"] == "Port"
    assert save(as_alice, asset, shown).status_code == 302
    asset.refresh_from_db()
    assert (asset.reference, asset.tags, asset.title) == ("mine", ["mine too"], "Port")


def test_two_who_write_the_same_do_not_meet(as_alice, asset):
    first, second = opened(as_alice, asset), opened(as_alice, asset)
    save(as_alice, asset, first, reference="ep-2")
    assert save(as_alice, asset, second, reference="ep-2").status_code == 302


@pytest.mark.parametrize(
    ("seen", "status", "title"),
    [
        ("", 302, "Port"),
        ("[]", 302, "Port"),
        ('{"title": {"no": "text"}}', 409, "Harbour"),
        ("{}", 409, "Harbour"),
    ],
)
def test_a_mark_that_is_none_of_ours(as_alice, asset, seen, status, title):
    answer = save(as_alice, asset, opened(as_alice, asset), title="Port", seen=seen)
    asset.refresh_from_db()
    assert (answer.status_code, asset.title) == (status, title)


def test_a_broken_mark_is_said(as_alice, asset):
    answer = save(as_alice, asset, opened(as_alice, asset), title="Port", seen="{")
    assert answer.status_code == 200 and "valid JSON" in text_of(answer)


def test_faults_stand_at_their_fields_and_what_was_typed_stays(as_alice, asset):
    form = opened(as_alice, asset)
    wrong = {"title": " ", "tags": "x" * 99, "project": "y" * 300, "reference": "kept"}
    answer = save(as_alice, asset, form, **wrong)
    errors = answer.context["form"].errors.as_data()
    assert {name: error[0].code for name, error in errors.items()} == {
        "title": "title_empty",
        "project": "title_too_long",
        "tags": "tag_too_long",
    }
    assert value_of(answer.content.decode(), "reference") == "kept"
    asset.refresh_from_db()
    assert asset.title == "Harbour" and not Project.objects.exists()


def value_of(page: str, name: str) -> str:
    """What the field of the page would send."""
    [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1].replace("&quot;", '"') if found else ""
