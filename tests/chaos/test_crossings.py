"""A look, an answer and a callback that pass each other on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Film, Version
from dubbing.services import clients
from dubbing.services.actors import DESK
from dubbing.services.callbacks import receive_callback
from dubbing.services.fences import next_fence
from dubbing.services.mirror import apply_snapshot
from dubbing.services.outbox import deliver_message
from dubbing.services.refresh import fetch_asset, refresh_asset_if_due
from dubbing.services.versions import generate_version, revise_version
from dubbing.states import Cause, MessageState, VersionStatus
from tests.builders import make_asset, make_version
from tests.chaos.far_end import FarEnd, Mood
from tests.chaos.films import stored_copy
from tests.dubbing.signing import sign


@pytest.fixture
def far(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    far = FarEnd()
    client = far.client()
    monkeypatch.setattr(clients, "http_client", lambda: client)
    yield far
    client.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (VersionStatus.READY_TO_EDIT, VersionStatus.GENERATING),
        (VersionStatus.COMPLETED, VersionStatus.READY_TO_EDIT),
    ],
)
def test_look_that_began_before_an_answer_does_not_undo_it(
    team: Team, far: FarEnd, before: VersionStatus, after: VersionStatus
) -> None:
    asset = make_asset(team)
    version = make_version(asset, status=before, generation=1)
    theirs = {"id": version.remote_id, "locale": "de-DE", "status": before.value}
    words = {"id": asset.remote_id, "status": "Ready", "token": "", "versions": []}
    far.assets[asset.remote_id] = words | {"versions": [theirs | {"asset_id": asset.remote_id}]}
    with team_scope(team.pk):
        Film.objects.create(team=team, asset=asset, version=version, generation=1, **stored_copy())
        command = revise_version if before == VersionStatus.COMPLETED else generate_version
        command(version=Version.objects.select_related("asset").get(), actor=DESK)
        looks = []

        def look_in_between() -> None:
            fence = next_fence()
            looks.append((*fetch_asset(asset=Asset.objects.get()), fence))

        far.before = [look_in_between]
        deliver_message(message_id=version.messages.get().pk)
        assert Version.objects.get().status == after
        [(snapshot, details, fence)] = looks
        apply_snapshot(
            asset_id=asset.pk,
            snapshot=snapshot,
            details=details,
            fence=fence,
            cause=Cause.SNAPSHOT,
        )
        assert Version.objects.get().status == after


@pytest.mark.parametrize("seconds", [-7200, 20, 7200])
def test_answer_of_a_worker_whose_clock_is_wrong_does_not_undo_what_was_told_since(
    team: Team, far: FarEnd, seconds: float
) -> None:
    """Found by the chaos suite: the film was finished before the slow worker wrote “Generating”."""
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.READY_TO_EDIT)
    theirs = {"id": version.remote_id, "locale": "de-DE", "asset_id": asset.remote_id}
    words = {"id": asset.remote_id, "status": "Ready", "token": asset.callback_token}
    far.assets[asset.remote_id] = words | {"versions": [theirs | {"status": "ReadyToEdit"}]}
    right = timezone.now()

    def film_is_finished_meanwhile() -> None:
        [moving] = far.versions("Generating")
        far.move(moving, "Completed", "version_generated")
        with time_machine.travel(right, tick=True):
            _tell_all(far)

    far.meanwhile = [film_is_finished_meanwhile]
    with team_scope(team.pk):
        generate_version(version=Version.objects.select_related("asset").get(), actor=DESK)
        message = version.messages.get()
        type(message).objects.update(due_at=right - timedelta(days=1))
        with time_machine.travel(right + timedelta(seconds=seconds), tick=True):
            deliver_message(message_id=message.pk)
        assert Version.objects.get().status == VersionStatus.COMPLETED
        # And the next look of a worker whose clock is right is believed.
        asset.refresh_from_db()
        [theirs_now] = far.versions("Completed")
        theirs_now["status"] = "ReadyToEdit"
        Asset.objects.update(refresh_due_at=timezone.now(), refresh_lease_until=None)
        refresh_asset_if_due(asset_id=asset.pk)
        assert Version.objects.get().status == VersionStatus.READY_TO_EDIT


def test_film_whose_order_was_answered_without_words_cannot_be_ordered_again(
    team: Team, far: FarEnd
) -> None:
    """Found by the long walks: a second order got lost, and a look at the first one's film passed
    for the proof that it had arrived."""
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.READY_TO_EDIT)
    theirs = {"id": version.remote_id, "locale": "de-DE", "asset_id": asset.remote_id}
    words = {"id": asset.remote_id, "status": "Ready", "token": asset.callback_token}
    far.assets[asset.remote_id] = words | {"versions": [theirs | {"status": "ReadyToEdit"}]}
    far.mood = Mood.GARBLED
    with team_scope(team.pk):
        generate_version(version=Version.objects.select_related("asset").get(), actor=DESK)
        deliver_message(message_id=version.messages.get().pk)
        assert version.messages.get().state == MessageState.DONE
        known = Version.objects.select_related("asset").get()
        assert known.status == VersionStatus.GENERATING
        with pytest.raises(ValidationError):
            generate_version(version=known, actor=DESK)


def test_late_callbacks_of_an_earlier_life_move_nothing(team: Team, far: FarEnd) -> None:
    """No delivery carries a time or a number: after a revise only a look can tell news from old."""
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.COMPLETED, generation=1)
    theirs = {"id": version.remote_id, "locale": "de-DE", "asset_id": asset.remote_id}
    words = {"id": asset.remote_id, "status": "Ready", "token": asset.callback_token}
    far.assets[asset.remote_id] = words | {"versions": [theirs | {"status": "Completed"}]}
    [reopened] = far.versions("Completed")
    with team_scope(team.pk):
        Film.objects.create(team=team, asset=asset, version=version, generation=1, **stored_copy())
        revise_version(version=Version.objects.select_related("asset").get(), actor=DESK)
        deliver_message(message_id=version.messages.get().pk)
        for event in ("version_ready", "version_generating", "version_generated"):
            far.move(reopened, "ReadyToEdit", event)
            _tell_all(far)
            assert Version.objects.get().status == VersionStatus.READY_TO_EDIT
        # What is true of them, the look that each makes due brings at once.
        assert Asset.objects.get().refresh_due_at <= timezone.now()
        far.move(reopened, "Generating", "version_generating")
        refresh_asset_if_due(asset_id=asset.pk)
        assert Version.objects.get().status == VersionStatus.GENERATING
        _tell_all(far)
        assert Version.objects.get().status == VersionStatus.GENERATING


def _tell_all(far: FarEnd) -> None:
    for token, body in far.told:
        receive_callback(token=token, body=body, headers={"X-Signature": sign(body)})
