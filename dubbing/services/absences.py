"""Calls that the engine proved not to have: learnt once, said before anyone presses."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Connection
from dubbing.remote.errors import CallAbsentError

NO_GENERATE = "Panjaya offers no call for this: generate it in the studio."


def remember_absence(*, connection: Connection, call: str, error: CallAbsentError) -> None:
    """Kept on the connection; what its profile says itself needs no remembering."""
    if connection.lacks(call):
        return
    entry = {"call": call, "status_code": error.status_code, "at": timezone.now().isoformat()}
    with team_atomic():
        row = _locked(connection)
        if not row.lacks(call):
            row.absent_calls = [*row.absent_calls, entry]
            row.save(update_fields=["absent_calls"])
    connection.absent_calls = row.absent_calls


def forget_absences(*, connection: Connection) -> int:
    """The next press tries the calls anew; how many there were."""
    with team_atomic():
        row = _locked(connection)
        forgotten = len(row.absent_calls)
        row.absent_calls = []
        row.save(update_fields=["absent_calls"])
    connection.absent_calls = []
    return forgotten


def note_evidence(*, connection: Connection, **seen: Any) -> None:
    """Adds to what the engine has shown, where it is new."""
    if all(connection.evidence.get(name) == value for name, value in seen.items()):
        return
    with team_atomic():
        row = _locked(connection)
        row.evidence = {**row.evidence, **seen}
        row.save(update_fields=["evidence"])
    connection.evidence = row.evidence


def _locked(connection: Connection) -> Connection:
    # Not its id: videos that are being sent this way at the moment need not wait.
    rows = Connection.objects.select_for_update(of=("self",), no_key=True)
    row: Connection = rows.get(pk=connection.pk)
    return row
