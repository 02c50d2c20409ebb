"""A worker's turn at a sheet, under a lease that runs out if it dies."""

from __future__ import annotations

import uuid

from dubbing.models import SheetImport
from dubbing.services.clock import Lease, database_now, lease_from
from dubbing.services.sheets.applying import apply_sheet
from dubbing.services.sheets.comparing import compare_sheet
from dubbing.states import SheetState


def run_sheet(*, sheet_id: uuid.UUID) -> None:
    """Compares or carries out, whichever is its turn; ends quietly where another worker does."""
    now = database_now()
    if not SheetImport.objects.due(now).filter(pk=sheet_id).update(lease_until=lease_from(now)):
        return
    sheet = SheetImport.objects.select_related("batch", "confirmed_by").get(pk=sheet_id)
    if sheet.state == SheetState.COMPARING:
        compare_sheet(sheet=sheet)
        return
    rows = SheetImport.objects.filter(pk=sheet_id, state=SheetState.APPLYING)
    lease = Lease(lambda until: rows.update(lease_until=until))
    apply_sheet(sheet=sheet, keep_lease=lease.keep)
