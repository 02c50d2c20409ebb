"""What a line would change of a video that is here."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Asset
from dubbing.services.sheets.lines import Line
from dubbing.services.sheets.work_cells import find_work_changes
from dubbing.services.work_plans import WorkRules
from dubbing.sheets.headings import BY_FIELD
from dubbing.validators import (
    LocaleUses,
    parse_timecode,
    validate_reference,
    validate_targets,
    validate_title,
)

# Field → [before, after]; for languages: those the video has, those that come to it.
Changes = dict[str, list[Any]]

RULES: dict[str, Callable[[str], None]] = {
    "title": validate_title,
    "reference": validate_reference,
    "project": validate_title,
}
# What Panjaya was told once, and how the sheet's words compare with it.
FIXED = (
    "media_url", "file_name", "locale", "speakers_count", "start_time", "end_time", "lips_model",
    "background_audio_url",
)  # fmt: skip


def find_changes(
    line: Line, asset: Asset, *, known: LocaleUses, rules: WorkRules, blank_clears: bool
) -> Changes:
    """Also notes what cannot be changed, and what the rules refuse."""
    changes: Changes = {}
    for name in RULES:
        before = text_of(asset, name)
        after = _wanted(line, name, before, blank_clears=blank_clears)
        if after != before:
            changes[name] = [before, after]
            _apply_rule(line, name, after)
    before_tags = list(asset.tags)
    says_tags = line.tags or (blank_clears and "tags" in line.blank)
    if says_tags and sorted(line.tags) != sorted(before_tags):
        changes["tags"] = [before_tags, line.tags]
    _refuse_fixed(line, asset)
    if added := _added(line, asset, known):
        changes["languages"] = [sorted(_present(asset)), added]
    return changes | find_work_changes(
        line, asset, rules=rules, added=added, blank_clears=blank_clears
    )


def text_of(asset: Asset, name: str) -> str:
    if name == "project":
        return asset.project.name.strip() if asset.project else ""
    return str(getattr(asset, name)).strip()


def _wanted(line: Line, name: str, before: str, *, blank_clears: bool) -> str:
    if name in line.values:
        return line.values[name]
    # A title is never emptied: people would not find the video any more.
    return "" if blank_clears and name in line.blank and name != "title" else before


def _apply_rule(line: Line, name: str, text: str) -> None:
    if not text:
        return
    try:
        RULES[name](text)
    except ValidationError as error:
        for fault in error.error_list:
            line.refuse(name, fault.code or "invalid", " ".join(fault.messages))


def _refuse_fixed(line: Line, asset: Asset) -> None:
    for name in FIXED:
        text = line.values.get(name, "")
        if text and not _is_same(asset, name, text):
            heading = BY_FIELD[name].heading
            line.refuse(
                name,
                "sheet_fixed",
                f"{heading}: Panjaya was given “{fixed_text(asset, name) or 'nothing'}”, and that "
                "cannot be changed any more. Put it back, empty the cell, or send the video anew.",
            )


def _is_same(asset: Asset, name: str, text: str) -> bool:
    there = fixed_text(asset, name)
    if name in ("start_time", "end_time"):
        try:
            return bool(there) and parse_timecode(text) == Decimal(there)
        except ValidationError:
            return False
    if name == "speakers_count":
        return bool(there) and int(text) == int(there)
    return text == there


def fixed_text(asset: Asset, name: str) -> str:
    """As our own export writes it."""
    if name == "file_name":
        return asset.media_name.strip()
    if name == "locale":
        return asset.locale_id
    value = getattr(asset, name)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value).strip()


def _present(asset: Asset) -> set[str]:
    return {dubbing.locale_id for dubbing in asset.dubbings.all()}


def _added(line: Line, asset: Asset, known: LocaleUses) -> list[str]:
    """Languages are only ever added: one that the sheet leaves out stays."""
    present = _present(asset)
    added = [code for code in line.languages if code not in present]
    if not added:
        return []
    try:
        validate_targets(source=asset.locale_id, targets=added, known=known)
    except ValidationError as error:
        for fault in error.error_list:
            line.refuse("languages", fault.code or "invalid", " ".join(fault.messages))
    if not asset.can_add_languages:
        line.refuse(
            "languages",
            "asset_not_ready",
            "Languages can be added once Panjaya has taken the video, and not after it failed.",
        )
    return added
