"""The dry run: what every line would do. It writes lines of the sheet and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset, SheetImport, SheetLine
from dubbing.services.orders import known_locales
from dubbing.services.sheets.columns import language_finder
from dubbing.services.sheets.files import sheet_on_disk
from dubbing.services.sheets.lines import ERROR, WARNING, Line, read_line
from dubbing.services.sheets.matching import match_lines
from dubbing.services.sheets.newcomers import judge_new, values_of, warn_of_likeness
from dubbing.services.sheets.updates import Changes, find_changes
from dubbing.services.work_plans import WorkRules
from dubbing.sheets import Reading, SheetError, read_table
from dubbing.states import LineVerdict, SheetState

WRITTEN_AT_ONCE = 1000
TITLE_LENGTH = 200


def compare_sheet(*, sheet: SheetImport) -> None:
    """Reads the whole file and keeps what each line would do; one that cannot be read is refused.

    Ends quietly where somebody went back to the columns meanwhile.
    """
    try:
        lines = _read(sheet)
    except (SheetError, FileNotFoundError) as error:
        _refuse(sheet, error)
        return
    assets = match_lines(lines)
    known, rules = known_locales(), WorkRules()
    changes: dict[int, Changes] = {
        line.number: find_changes(
            line,
            assets[line.number],
            known=known,
            rules=rules,
            blank_clears=sheet.blank_clears,
        )
        for line in lines
        if line.number in assets
    }
    new = [line for line in lines if line.number not in assets and _may_be_new(line)]
    judge_new(new, sheet.batch)
    warn_of_likeness(new)
    rows = [_row(sheet, line, assets.get(line.number), changes) for line in lines]
    _keep(sheet, rows, count_rows(rows, assets))


def _may_be_new(line: Line) -> bool:
    """It says of no video that is here, rightly or wrongly, that it is about that one."""
    errors = {note["field"] for note in line.notes if note["level"] == ERROR}
    return not errors & {"id", "reference"}


def _read(sheet: SheetImport) -> list[Line]:
    with sheet_on_disk(sheet) as path:
        table = read_table(path, Reading(**sheet.reading))
    mapping = {int(column): field for column, field in sheet.mapping.items()}
    finder, width = language_finder(), len(table.headings)
    return [read_line(row, mapping, finder, width) for row in table.rows]


def _row(
    sheet: SheetImport, line: Line, asset: Asset | None, changes: Mapping[int, Changes]
) -> SheetLine:
    changed = changes.get(line.number, {})
    verdict = LineVerdict.UNCHANGED
    if line.has_errors:
        verdict = LineVerdict.ERROR
    elif asset is None:
        verdict = LineVerdict.NEW
    elif changed:
        verdict = LineVerdict.UPDATE
    label = line.label or (asset.title if asset is not None else "")
    return SheetLine(
        team_id=sheet.team_id,
        sheet=sheet,
        number=line.number,
        verdict=verdict,
        title=" ".join(label.split())[:TITLE_LENGTH],
        asset=asset,
        values=values_of(line) if asset is None else {},
        changes=changed,
        notes=line.notes,
    )


def count_rows(rows: Sequence[SheetLine], assets: Mapping[int, Asset]) -> dict[str, Any]:
    """Of the whole file: lines by verdict, and what the added languages come to."""
    verdicts = Counter(row.verdict for row in rows)
    adding = [
        row for row in rows if row.verdict == LineVerdict.UPDATE and "languages" in row.changes
    ]
    lengths = [assets[row.number].duration_seconds for row in adding]
    seconds = sum(
        (length or Decimal(0)) * len(row.changes["languages"][1])
        for length, row in zip(lengths, adding, strict=True)
    )
    return {
        "lines": len(rows),
        **{verdict.value: verdicts[verdict] for verdict in LineVerdict},
        "warnings": sum(any(n["level"] == WARNING for n in row.notes) for row in rows),
        "adding": len(adding),
        "added_languages": sum(len(row.changes["languages"][1]) for row in adding),
        "added_seconds": float(seconds),
        "unknown_lengths": sum(length is None for length in lengths),
    }


def _keep(sheet: SheetImport, rows: Iterable[SheetLine], counts: dict[str, Any]) -> None:
    now = timezone.now()
    with team_atomic():
        locked = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if locked.state != SheetState.COMPARING or locked.revision != sheet.revision:
            return
        SheetLine.objects.filter(sheet=locked).delete()
        SheetLine.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)
        locked.counts, locked.compared_at, locked.lease_until = counts, now, None
        locked.state, locked.revision = SheetState.COMPARED, locked.revision + 1
        locked.save()


def _refuse(sheet: SheetImport, error: SheetError | FileNotFoundError) -> None:
    code, message = "file_missing", "The file is not there any more. Give it again."
    if isinstance(error, SheetError):
        code, message = error.code, error.message
    rows = SheetImport.objects.filter(
        pk=sheet.pk, state=SheetState.COMPARING, revision=sheet.revision
    )
    rows.update(
        state=SheetState.REFUSED,
        error_code=code,
        error_message=message,
        lease_until=None,
        revision=sheet.revision + 1,
    )
