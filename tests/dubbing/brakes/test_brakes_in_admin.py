from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Team, User
from accounts.scoping import all_teams, team_scope
from dubbing.models import InstallationBrake, SendingBrake, SendingLane
from dubbing.services import brakes, lanes
from tests.conftest import signed_in


@pytest.fixture
def as_operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("op@example.org", "correct horse", name="Olga"))


def command(client: Client, model: str, pk: object, name: str) -> None:
    answer = client.post(f"/admin/dubbing/{model}/{pk}/command/{name}/")
    assert answer.status_code == 302


def test_the_installation_is_paused_and_goes_on(as_operator: Client, team: Team) -> None:
    assert (
        "Sending of the whole"
        in as_operator.get("/admin/dubbing/installationbrake/").content.decode()
    )
    command(as_operator, "installationbrake", 1, "pause")
    brake = InstallationBrake.objects.get()
    assert str(brake.paused_by) == "Olga"
    assert "stops every team" in as_operator.get("/admin/").content.decode()
    command(as_operator, "installationbrake", 1, "resume")
    assert not InstallationBrake.objects.get().is_paused


def test_a_team_is_paused_and_its_delay_is_set(as_operator: Client, team: Team) -> None:
    with team_scope(team.pk):
        brake = brakes.team_brake(team_id=team.pk)
    assert team.name in as_operator.get("/admin/dubbing/sendingbrake/").content.decode()
    command(as_operator, "sendingbrake", brake.pk, "pause")
    as_operator.post(f"/admin/dubbing/sendingbrake/{brake.pk}/change/", {"delay_seconds": "5"})
    with all_teams("test"):
        brake = SendingBrake.objects.get()
    assert brake.is_paused
    assert brake.delay_seconds == 5
    command(as_operator, "sendingbrake", brake.pk, "resume")
    with all_teams("test"):
        assert not SendingBrake.objects.get().is_paused


def test_a_lane_is_widened_and_tried_again(as_operator: Client, team: Team, line) -> None:
    with team_scope(team.pk):
        lanes.note_rejected_key(connection=line, reason="Bad key")
        lane = SendingLane.objects.get()
    assert as_operator.get("/admin/dubbing/sendinglane/").status_code == 200
    as_operator.post(
        f"/admin/dubbing/sendinglane/{lane.pk}/change/", {"at_once": "9", "per_minute": ""}
    )
    command(as_operator, "sendinglane", lane.pk, "resume")
    with all_teams("test"):
        lane = SendingLane.objects.get()
    assert (lane.at_once, lane.rejected_at) == (9, None)


@pytest.mark.parametrize("question", ["q=maintenance", "q=Olga", "paused_at__isempty=0"])
def test_the_installations_brake_is_found(as_operator: Client, question: str) -> None:
    olga = User.objects.get(name="Olga")
    brakes.pause_installation(by=olga, reason="maintenance of the disks")
    page = as_operator.get(f"/admin/dubbing/installationbrake/?{question}").content.decode()
    assert "Sending of the whole" in page
    nothing = as_operator.get("/admin/dubbing/installationbrake/?q=nobody").content.decode()
    assert "0 results" in nothing or "Sending of the whole" not in nothing
