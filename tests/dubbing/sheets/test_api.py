from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import Asset, BatchItem, SheetImport
from dubbing.services.sheets import run_sheet
from tests.builders import make_api_key, make_asset, make_connection
from tests.dubbing.api.caller import Caller, a_file, faults

LINK = "https://media.example.org"
SHEET = f"Name,Where,Ref\r\nFresh,{LINK}/1.mp4,new\r\nRenamed,,old\r\n".encode()


@pytest.fixture
def producer(team: Team) -> Caller:
    make_connection(team)
    return Caller(make_api_key(team)[1])


def give(caller: Caller, data: object = None, **headers: str) -> HttpResponse:
    form: dict[str, Any] = {"file": a_file("v.csv", SHEET), "data": json.dumps(data or {})}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.client.post("/api/v1/sheets/", form, headers=names)


def work(team: Team) -> None:
    with team_scope(team.id):
        run_sheet(sheet_id=SheetImport.objects.get().pk)


def test_from_the_file_to_the_rows(producer, team):
    old = make_asset(team, reference="old", title="Before")
    answer = give(producer, {"columns": {"where": "media_url"}})
    assert answer.status_code == 201
    sheet = answer.json()
    assert sheet["state"] == "comparing" and sheet["counts"] is None
    assert sheet["columns"][1] == {"heading": "Where", "holds": "media_url"}
    work(team)
    path = f"sheets/{sheet['id']}/"
    compared = producer.get(path).json()
    assert compared["counts"]["new"] == compared["counts"]["update"] == 1
    lines = producer.get(f"{path}lines/").json()["results"]
    assert [(line["number"], line["verdict"]) for line in lines] == [(2, "new"), (3, "update")]
    assert lines[1]["changes"] == {"title": ["Before", "Renamed"]}
    assert producer.post(f"{path}confirm/", {"include_new": True}).status_code == 202
    work(team)
    done = producer.get(path).json()
    assert done["state"] == "done" and done["done"] == 2
    with team_scope(team.id):
        assert BatchItem.objects.get().batch_id.hex == done["batch"].replace("-", "")
        assert Asset.objects.get(pk=old.pk).title == "Renamed"


def test_lines_page_in_the_order_of_the_file(producer, team):
    sheet = give(producer).json()
    work(team)
    first = producer.get(f"sheets/{sheet['id']}/lines/", page_size=1).json()
    second = producer.get(first["next"]).json()
    assert [page["results"][0]["number"] for page in (first, second)] == [2, 3]
    assert second["next"] is None
    none = producer.get(f"sheets/{sheet['id']}/lines/", verdict="unchanged").json()
    assert none["results"] == []


def test_a_repeat_with_the_same_key_gives_one_sheet(producer, team):
    first = give(producer, Idempotency_Key="one")
    again = give(producer, Idempotency_Key="one")
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true"
    with team_scope(team.id):
        assert SheetImport.objects.count() == 1


def test_what_makes_no_sense_keeps_nothing(producer, team, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert faults(give(producer, {"columns": {"Nowhere": "title"}})) == {
        ("columns", "unknown_column")
    }
    assert faults(give(producer, {"columns": {"Name": "colour"}})) == {
        ("columns", "unknown_column_field")
    }
    with team_scope(team.id):
        assert not SheetImport.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_is_no_sheet_is_told_with_its_code(producer):
    form = {"file": a_file("v.xlsx", b"PK\x03\x04broken"), "data": "{}"}
    answer = producer.client.post("/api/v1/sheets/", form)
    assert faults(answer) == {("file", "sheet_damaged")}


def test_confirming_twice_is_a_conflict(producer, team):
    path = f"sheets/{give(producer).json()['id']}/confirm/"
    assert producer.post(path).json()["code"] == "sheet_not_compared"
    work(team)
    assert producer.post(path).status_code == 202
    assert producer.post(path).status_code == 409


def test_a_viewer_and_an_outsider_are_kept_out(producer, team, charlie):
    sheet = give(producer).json()
    viewer = Caller(make_api_key(team, Role.VIEWER)[1])
    stranger = Caller(make_api_key(charlie.memberships.get().team, Role.OWNER)[1])
    assert viewer.get(f"sheets/{sheet['id']}/").status_code == 403
    assert stranger.get(f"sheets/{sheet['id']}/").status_code == 404


def test_the_export_is_a_sheet_of_what_the_filters_match(producer, team):
    make_asset(team, title="=Wanted", project=None, tags=["x"])
    make_asset(team, title="Other")
    answer = producer.get("assets/export/", tag="x")
    text = answer.getvalue().decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=Wanted" in text and "Other" not in text
    assert reverse("dubbing:asset-list") in text
