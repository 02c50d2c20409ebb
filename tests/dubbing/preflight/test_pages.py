from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import BatchItem, LinkCheck
from dubbing.services.linkchecks import ASKED_PER_MINUTE, forget_old_looks, look_if_due
from dubbing.services.preflight import check_item
from dubbing.states import Verdict
from tests.builders import make_asset, make_connection
from tests.dubbing.preflight.far_server import far_server
from tests.dubbing.preflight.rows import make_batch, make_row

pytestmark = pytest.mark.django_db
GONE = "http://127.0.0.1:1/a.mp4"


@pytest.fixture
def row(team: Team) -> BatchItem:
    make_connection(team)
    with team_scope(team.pk):
        return make_row(make_batch(team), media_url=GONE, title="Harbour")


def part(row: BatchItem) -> str:
    return reverse("dubbing:item-checks", args=[row.batch_id, row.pk])


def test_row_shows_its_verdict_and_what_to_do(as_alice: Client, row: BatchItem) -> None:
    assert "Being checked" in as_alice.get(part(row)).content.decode()
    with team_scope(row.team_id):
        sent = make_asset(row.team, title="harbour")
        check_item(item=row)
    page = as_alice.get(reverse("dubbing:batch-item", args=[row.batch_id, row.pk]))
    words = page.content.decode()
    assert "Cannot be sent" in words
    assert "Nothing answers at this address" in words
    assert reverse("dubbing:asset-detail", args=[sent.pk]) in words


def test_part_is_not_sent_again_while_it_looks_the_same(as_alice: Client, row: BatchItem) -> None:
    answer = as_alice.get(part(row))
    again = as_alice.get(part(row), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    with team_scope(row.team_id):
        check_item(item=row)
    assert as_alice.get(part(row), headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_check_again_makes_the_row_due(as_alice: Client, row: BatchItem) -> None:
    with team_scope(row.team_id):
        check_item(item=row)
    url = reverse("dubbing:item-check", args=[row.batch_id, row.pk])
    assert as_alice.post(url).status_code == 302
    assert "Being checked" in as_alice.post(url, headers={"HX-Request": "true"}).content.decode()
    with team_scope(row.team_id):
        row.refresh_from_db()
        assert (row.verdict, LinkCheck.objects.count()) == (Verdict.CHECKING, 0)
        assert row.check_due_at is not None


def ask(client: Client, address: str) -> str:
    answer = client.get(reverse("dubbing:link-check"), {"media_url": address})
    assert answer.status_code == 200
    return answer.content.decode()


def test_typed_link_is_looked_at_by_a_worker(as_alice: Client, team: Team) -> None:
    make_connection(team)
    page = b"<!doctype html><title>Sign in</title>"
    with far_server(lambda request: request.answer(page)) as server:
        address = f"http://127.0.0.1:{server.port}/a.mp4"
        assert "Looking at the link" in ask(as_alice, address)
        assert "every 1s" in ask(as_alice, address)
        assert server.asked == []
        with team_scope(team.pk):
            look_if_due(check_id=LinkCheck.objects.get().pk)
        words = ask(as_alice, address)
    assert "leads to a web page" in words
    assert "every 1s" not in words


def test_what_is_no_public_link_is_told_at_once(as_alice: Client, team: Team) -> None:
    make_connection(team, is_sandbox=False)
    for address in ("film.mp4", "ftp://example.org/a", "http://10.0.0.1/a", "http://127.0.0.1/a"):
        words = ask(as_alice, address)
        assert "check-line" in words
        assert "every 1s" not in words
    with team_scope(team.pk):
        assert not LinkCheck.objects.exists()
    assert "check-line" not in ask(as_alice, "")


def test_one_person_asks_only_so_often(as_alice: Client, team: Team) -> None:
    make_connection(team)
    for number in range(ASKED_PER_MINUTE):
        ask(as_alice, f"https://media.example.org/{number}.mp4")
    assert "many links in one minute" in ask(as_alice, "https://media.example.org/more.mp4")
    assert "Looking at the link" in ask(as_alice, "https://media.example.org/1.mp4")


def test_old_looks_are_forgotten(in_team: Team) -> None:
    for age in (0, 3):
        asked = timezone.now() - timedelta(days=age)
        LinkCheck.objects.create(team=in_team, address=str(age), digest=str(age), asked_at=asked)
    assert forget_old_looks() == 1
    assert LinkCheck.objects.get().address == "0"
