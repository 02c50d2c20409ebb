"""What somebody said yes to, line by line: a killed worker's lines are done once, not twice.

A line's effect and its outcome are one transaction over the locked line.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Asset, Batch, SheetImport, SheetLine
from dubbing.services.actors import Actor
from dubbing.services.assets import add_languages
from dubbing.services.batches import add_rows, create_batch
from dubbing.services.details import Details, change_details
from dubbing.services.orders import LanguageDraft
from dubbing.services.sheets.updates import text_of
from dubbing.services.sheets.work_cells import apply_work_changes, work_text
from dubbing.services.trouble import DATABASE_IN_TROUBLE
from dubbing.services.work_plans import NAMES
from dubbing.states import LineOutcome, LineVerdict, SheetState

TOGETHER = 200
DETAILS = ("title", "project", "tags", "reference")
NOT_DONE = (
    "The desk could not do this, and changed nothing. Give the sheet again; if it stays so, tell "
    "whoever runs the desk: its log says why."
)
logger = logging.getLogger(__name__)


def needs_yes_to_new(sheet: SheetImport) -> bool:
    """Whether videos that are here are named beside new ones: then new ones may be a mistake."""
    counts = sheet.counts
    named = counts["update"] + counts["unchanged"]
    return bool(counts["new"] and named)


def confirm_sheet(*, sheet: SheetImport, actor: Actor, include_new: bool = False) -> SheetImport:
    """Says yes to the lines as they were compared; a worker carries them out.

    `include_new` matters where the sheet also names videos that are here: without it, lines that
    would make new ones are left out. Raises ValidationError: `sheet_not_compared` where it is not
    its moment, `sheet_nothing_to_do` where no line would do anything.
    """
    with team_atomic():
        locked: SheetImport = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if locked.state != SheetState.COMPARED or not locked.file:
            raise ValidationError(
                "This sheet was carried out already, or is not compared yet.",
                code="sheet_not_compared",
            )
        locked.include_new = include_new or not needs_yes_to_new(locked)
        verdicts = [LineVerdict.UPDATE, *([LineVerdict.NEW] if locked.include_new else [])]
        lines = locked.lines.filter(verdict__in=verdicts)
        count = lines.update(outcome=LineOutcome.WAITING)
        if not count:
            raise ValidationError(
                "No line of this sheet would change anything.", code="sheet_nothing_to_do"
            )
        if locked.include_new and locked.counts["new"] and locked.batch is None:
            title = locked.name.rpartition(".")[0] or locked.name
            locked.batch = create_batch(team=locked.team, actor=actor, settings={}, title=title)
        locked.counts = {**locked.counts, "to_do": count}
        locked.confirmed_by, locked.confirmed_by_key = actor.user, actor.key
        locked.state, locked.done = SheetState.APPLYING, 0
        locked.lease_until, locked.revision = None, locked.revision + 1
        locked.save()
        wake.after_commit(wake.SHEET, locked.team_id, locked.pk)
    return locked


def apply_sheet(*, sheet: SheetImport, keep_lease: Any) -> None:
    """Carries out what waits; `keep_lease` is called between the transactions."""
    actor = Actor(user=sheet.confirmed_by, key=sheet.confirmed_by_key)
    while _make_rows(sheet, actor):
        keep_lease()
    waiting = sheet.lines.filter(outcome=LineOutcome.WAITING).order_by("number")
    for line_id in list(waiting.values_list("pk", flat=True)):
        _update(sheet, actor, line_id)
        keep_lease()
    _settle(sheet)


def _make_rows(sheet: SheetImport, actor: Actor) -> bool:
    """The next new lines into the batch, all or none of them; False when there are none left."""
    with team_atomic():
        waiting = SheetLine.objects.select_for_update(of=("self",)).filter(
            sheet=sheet, outcome=LineOutcome.WAITING, verdict=LineVerdict.NEW
        )
        lines: list[SheetLine] = list(waiting.order_by("number")[:TOGETHER])
        if not lines:
            return False
        fault = _add(sheet.batch, actor, lines)
        # One that nobody foresaw keeps none of the others out.
        is_apart = fault == NOT_DONE and len(lines) > 1
        for line in lines:
            _note(line, _add(sheet.batch, actor, [line]) if is_apart else fault)
        SheetLine.objects.bulk_update(lines, ["outcome", "outcome_message"])
        _progress(sheet, len(lines))
    return True


def _add(batch: Batch | None, actor: Actor, lines: Sequence[SheetLine]) -> str:
    """Why they could not be added; empty when they were."""
    if batch is None:
        return "The batch is not there any more. Give the sheet again."
    rows = [line.values for line in lines]
    return _attempt(lines[0], lambda: add_rows(batch=batch, actor=actor, rows=rows))


def _attempt(line: SheetLine, work: Callable[[], object]) -> str:
    """Why nothing of it was done; empty when it was.

    An error that nobody foresaw is the line's own: tried again, it would come again, for ever.
    """
    try:
        with transaction.atomic():
            work()
    except ValidationError as error:
        return " ".join(error.messages)
    except DATABASE_IN_TROUBLE:
        raise
    except Exception:
        logger.exception("Line %s of sheet %s was not carried out", line.number, line.sheet_id)
        return NOT_DONE
    return ""


def _note(line: SheetLine, fault: str) -> None:
    line.outcome = LineOutcome.FAILED if fault else LineOutcome.DONE
    line.outcome_message = fault


def _update(sheet: SheetImport, actor: Actor, line_id: uuid.UUID) -> None:
    with team_atomic():
        line: SheetLine | None = (
            SheetLine.objects.select_for_update(of=("self",))
            .filter(pk=line_id, outcome=LineOutcome.WAITING)
            .first()
        )
        if line is None:
            return
        _note(line, _attempt(line, lambda: _change(line, actor)))
        line.save(update_fields=["outcome", "outcome_message"])
        _progress(sheet, 1)


def _change(line: SheetLine, actor: Actor) -> None:
    asset: Asset | None = Asset.objects.filter(pk=line.asset_id).select_related("project").first()
    if asset is None:
        raise ValidationError("The video is not there any more.", code="sheet_changed")
    _require_unchanged(line, asset)
    wanted = {name: _as_text(line.changes[name][1]) for name in DETAILS if name in line.changes}
    if wanted:
        details = replace(Details.of(asset), **wanted)
        change_details(asset=asset, details=details, actor=actor)
    if "languages" in line.changes:
        drafts = [LanguageDraft(code) for code in line.changes["languages"][1]]
        add_languages(asset=asset, actor=actor, drafts=drafts)
    apply_work_changes(asset, line.changes, actor)


def _require_unchanged(line: SheetLine, asset: Asset) -> None:
    """Nobody's change since the comparison is overwritten."""
    for name in (*DETAILS, *NAMES):
        if name not in line.changes:
            continue
        before = line.changes[name][0]
        now = _now(asset, name)
        if now != before:
            shown = ", ".join(now) if isinstance(now, list) else now
            raise ValidationError(
                f"Somebody changed it meanwhile: the {name} is now “{shown}”. Nothing was done; "
                "give the sheet again to compare it anew.",
                code="sheet_changed",
            )


def _as_text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _now(asset: Asset, name: str) -> Any:
    if name in NAMES:
        return work_text(asset, name)
    return list(asset.tags) if name == "tags" else text_of(asset, name)


def _progress(sheet: SheetImport, count: int) -> None:
    SheetImport.objects.filter(pk=sheet.pk).update(
        done=F("done") + count, revision=F("revision") + 1
    )


def _settle(sheet: SheetImport) -> None:
    outcomes = sheet.lines.filter(outcome=LineOutcome.FAILED).count()
    rows = SheetImport.objects.filter(pk=sheet.pk, state=SheetState.APPLYING)
    rows.update(
        state=SheetState.DONE,
        counts={**sheet.counts, "failed": outcomes},
        finished_at=timezone.now(),
        lease_until=None,
        revision=F("revision") + 1,
    )
