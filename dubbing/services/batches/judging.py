"""What the rules say of rows: the same rules that every video passes on its way to the engine."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import BatchItem, Connection, SubtitleFile
from dubbing.services.orders import (
    AssetDraft,
    AssetOrder,
    LanguageDraft,
    clean_asset_draft,
    known_locales,
)
from dubbing.services.work_plans import Lack, WorkPlan, WorkRules
from dubbing.states import Verdict
from dubbing.validators import LocaleUses

Faults = dict[str, list[dict[str, str]]]
Subtitles = Mapping[uuid.UUID, Sequence[SubtitleFile]]

NOT_ASKED: Any = object()
# Beyond so many rows, asking for all files of their batch is cheaper than naming each row.
ASKED_ONE_BY_ONE = 200


@dataclass(frozen=True)
class Judge:
    """What judging needs to know once, however many rows there are."""

    connection: Connection
    known: LocaleUses
    subtitles: Subtitles = field(default_factory=dict)
    rules: WorkRules = field(default_factory=WorkRules)

    @classmethod
    def of(cls, items: Iterable[BatchItem]) -> Judge:
        """For rows of the active team, in two or three queries."""
        # Without a connection rows are judged as for a real one; sending says what is missing.
        current = Connection.objects.filter(is_current=True).first() or Connection()
        return cls(current, known_locales(), subtitles_of(items))

    def order(self, item: BatchItem) -> AssetOrder:
        """Raises ValidationError with every fault under its field."""
        draft = draft_of(item, subtitles=self.subtitles.get(item.pk, ()))
        return clean_asset_draft(
            draft, connection=self.connection, known=self.known, rules=self.rules
        )

    def faults(self, item: BatchItem) -> Faults:
        try:
            self.order(item)
        except ValidationError as error:
            return as_faults(item, error)
        return {}

    def lacks(self, item: BatchItem) -> tuple[Lack, ...]:
        """People it names who cannot be given it."""
        return self.rules.lacks(WorkPlan.of(item))


def subtitles_of(items: Iterable[BatchItem]) -> dict[uuid.UUID, list[SubtitleFile]]:
    """By row: the files that have their place."""
    found: dict[uuid.UUID, list[SubtitleFile]] = defaultdict(list)
    # A row that is just being made has none yet.
    saved = [item for item in items if not item._state.adding]
    if not saved:
        return found
    placed = SubtitleFile.objects.filter(removed_at=None).exclude(locale="")
    if len(saved) > ASKED_ONE_BY_ONE:
        placed = placed.filter(batch__in={item.batch_id for item in saved}, item__isnull=False)
    else:
        placed = placed.filter(item__in=[item.pk for item in saved])
    for subtitle in placed:
        found[subtitle.item_id].append(subtitle)
    return found


def draft_of(item: BatchItem, *, subtitles: Sequence[SubtitleFile] = NOT_ASKED) -> AssetDraft:
    """What sending this row would ask for. `subtitles`: its files, where they are known already."""
    files = subtitles_of([item])[item.pk] if subtitles is NOT_ASKED else subtitles
    by_locale = {subtitle.locale: subtitle for subtitle in files}
    return AssetDraft(
        locale=item.locale,
        languages=[_language(code, by_locale.get(code)) for code in item.languages],
        media_url=item.media_url,
        upload=item.upload,
        title=item.title,
        reference=item.reference,
        project=item.project,
        tags=item.tags,
        speakers_count=item.speakers_count,
        start_time=item.start_time,
        end_time=item.end_time,
        lips_model=item.lips_model,
        background_audio_url=item.background_audio_url,
        background_upload=item.background_upload,
        work=WorkPlan.of(item),
    )


def _language(code: str, subtitle: SubtitleFile | None) -> LanguageDraft:
    if subtitle is None:
        return LanguageDraft(code)
    # What could not be converted is judged as it came: the rules then say why.
    srt = subtitle.text or bytes(subtitle.original)
    return LanguageDraft(code, srt, subtitle.name)


def as_faults(item: BatchItem, error: ValidationError) -> Faults:
    """As rows keep them: field → [{code, message}]."""
    if not hasattr(error, "error_dict"):
        return {"": _entries(error.error_list)}
    faults = {name: _entries(found) for name, found in error.error_dict.items()}
    if item.file_name and not item.upload_id and not item.media_url:
        message = f"Waits for its file “{item.file_name}”. Drop it on the page, or give a link."
        faults["media_url"] = [{"code": "file_missing", "message": message}]
    return faults


def _entries(errors: Iterable[ValidationError]) -> list[dict[str, str]]:
    return [
        {"code": error.code or "invalid", "message": " ".join(error.messages)} for error in errors
    ]


def judge_items(items: Sequence[BatchItem]) -> None:
    """Writes the rules' faults and a first verdict onto the rows in memory; saves nothing.

    A row with faults is red at once. What the rules let pass waits for pre-flight's look.
    """
    judge = Judge.of(items)
    for item in items:
        item.faults = judge.faults(item)
        item.verdict = Verdict.RED if item.faults else Verdict.CHECKING
