"""Does the work that is due, as workers would, without a broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, Film, OutboxMessage
from dubbing.services.films import archive_film
from dubbing.services.outbox import deliver_message
from dubbing.services.refresh import refresh_asset_if_due


def drain(team: Team, until: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """The first true value of `until`, which is asked inside the team's scope.

    Looks at the engine at once instead of waiting for the next look's time.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    with team_scope(team.id):
        while not (value := until()):
            assert time.monotonic() < deadline, f"waited in vain; {state_of_things()}"
            Asset.objects.exclude(remote_id="").update(refresh_due_at=timezone.now())
            work_once()
            pause.wait(0.05)
    return value


def work_once() -> None:
    """One round over what is due in the active team."""
    now = timezone.now()
    for message in OutboxMessage.objects.due(now):
        deliver_message(message_id=message.pk)
    for asset in Asset.objects.refresh_due(timezone.now()):
        refresh_asset_if_due(asset_id=asset.pk)
    for film in Film.objects.due(timezone.now()):
        archive_film(film_id=film.pk)


def state_of_things() -> str:
    assets = list(Asset.objects.values_list("title", "status", "error_message"))
    messages = list(OutboxMessage.objects.values_list("kind", "state", "error_message"))
    films = list(Film.objects.values_list("state", "error_message"))
    return f"assets {assets}, messages {messages}, films {films}"
