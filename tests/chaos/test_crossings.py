"""A look, an answer and a callback that pass each other on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Film, Version
from dubbing.services import clients
from dubbing.services.actors import DESK
from dubbing.services.mirror import apply_snapshot
from dubbing.services.outbox import deliver_message
from dubbing.services.refresh import fetch_asset
from dubbing.services.versions import generate_version, revise_version
from dubbing.states import Cause, VersionStatus
from tests.builders import make_asset, make_version
from tests.chaos.far_end import FarEnd
from tests.chaos.films import stored_copy


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
            began = timezone.now()
            looks.append((*fetch_asset(asset=Asset.objects.get()), began))

        far.before = [look_in_between]
        deliver_message(message_id=version.messages.get().pk)
        assert Version.objects.get().status == after
        [(snapshot, details, began)] = looks
        apply_snapshot(
            asset_id=asset.pk,
            snapshot=snapshot,
            details=details,
            began=began,
            cause=Cause.SNAPSHOT,
        )
        assert Version.objects.get().status == after
