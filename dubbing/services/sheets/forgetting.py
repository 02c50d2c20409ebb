from __future__ import annotations

import uuid

from dubbing.models import SheetImport, SheetLine
from dubbing.states import WORKING_SHEETS


def forget_sheets(*, before: uuid.UUID) -> int:
    """Drops file and lines of sheets given before the moment of this id; how many sheets.

    The row stays: it remembers what the team's headings mean. Asked in the scope of all teams.
    """
    old = SheetImport.objects.filter(pk__lt=before).exclude(file="")
    sheets = list(old.exclude(state__in=sorted(WORKING_SHEETS)).order_by("pk"))
    for sheet in sheets:
        name = sheet.file.name
        SheetLine.objects.filter(sheet=sheet).delete()
        SheetImport.objects.filter(pk=sheet.pk).update(file="")
        sheet.file.storage.delete(name)
    return len(sheets)
