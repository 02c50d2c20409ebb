"""Sheets and their lines, from the dry run to the result."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class SheetState(TextChoices):
    """A spreadsheet on its way in. Nothing changes before somebody says so at `COMPARED`."""

    MAPPING = "mapping", "Columns to be confirmed"
    COMPARING = "comparing", "Being compared"
    COMPARED = "compared", "Compared, nothing changed yet"
    APPLYING = "applying", "Being carried out"
    DONE = "done", "Carried out"
    REFUSED = "refused", "Cannot be read"


WORKING_SHEETS = frozenset({SheetState.COMPARING, SheetState.APPLYING})


SHEET_BADGES: dict[SheetState, Badge] = {
    SheetState.MAPPING: Badge(
        "Columns to be confirmed", Group.PERSON, "columns", "Say what each column holds."
    ),
    SheetState.COMPARING: Badge(
        "Being compared", Group.MOVING, "loader", "Each line is compared with what is here."
    ),
    SheetState.COMPARED: Badge(
        "Nothing changed yet", Group.PERSON, "eye", "Look at it, then say that it may be done."
    ),
    SheetState.APPLYING: Badge(
        "Being carried out", Group.MOVING, "loader", "Line by line; what is done stays done."
    ),
    SheetState.DONE: Badge("Carried out", Group.DONE, "checks", "Each line has its result."),
    SheetState.REFUSED: Badge("Cannot be read", Group.BROKEN, "x", "The reason stands beside it."),
}


class LineVerdict(TextChoices):
    """What a line of a sheet would do."""

    NEW = "new", "New"
    UPDATE = "update", "Update"
    UNCHANGED = "unchanged", "Unchanged"
    ERROR = "error", "Error"


LINE_BADGES: dict[LineVerdict, Badge] = {
    LineVerdict.NEW: Badge("New", Group.GO, "plus", "It becomes a video of a batch."),
    LineVerdict.UPDATE: Badge("Update", Group.PERSON, "pencil", "A video here is changed."),
    LineVerdict.UNCHANGED: Badge("Unchanged", Group.DONE, "equal", "It is so here already."),
    LineVerdict.ERROR: Badge("Error", Group.BROKEN, "x", "It is left out; the reason is named."),
}


class LineOutcome(TextChoices):
    """What became of a line that was carried out; one left out has none."""

    NONE = "none", "Nothing"
    WAITING = "waiting", "Waits for its turn"
    DONE = "done", "Done"
    FAILED = "failed", "Not done"


OUTCOME_BADGES: dict[LineOutcome, Badge] = {
    LineOutcome.NONE: Badge("Left out", Group.DONE, "minus", "Nothing was to be done."),
    LineOutcome.WAITING: Badge("Waits", Group.MOVING, "clock", "Its turn comes by itself."),
    LineOutcome.DONE: Badge("Done", Group.DONE, "checks", "It is as the sheet says."),
    LineOutcome.FAILED: Badge("Not done", Group.BROKEN, "x", "The reason stands beside it."),
}
