"""Templates and language sets, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dubbing.models import LanguageSet, Locale, Preset
from dubbing.states import LipsModel, Priority

LABELS = {
    "locale": "Spoken",
    "languages": "Into",
    "speakers_count": "Speakers",
    "lips_model": "Lips",
    "background_audio_url": "Background",
    "project": "Project",
    "tags": "Tags",
    "due": "Due",
    "owner": "Owner",
    "reviewer": "Reviewer",
    "priority": "Priority",
}


@dataclass(frozen=True)
class PresetRow:
    preset: Preset
    facts: list[str]


@dataclass(frozen=True)
class LanguageSetRow:
    language_set: LanguageSet
    names: str


@dataclass(frozen=True)
class PresetsScreen:
    presets: list[PresetRow]
    language_sets: list[LanguageSetRow]


def list_presets() -> PresetsScreen:
    names = dict(Locale.objects.values_list("code", "name"))
    presets = Preset.objects.select_related("created_by")
    return PresetsScreen(
        presets=[PresetRow(preset, _facts(preset.settings, names)) for preset in presets],
        language_sets=[
            LanguageSetRow(row, _names(row.locales, names)) for row in LanguageSet.objects.all()
        ],
    )


def _facts(settings: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    return [
        f"{label}: {_words(name, settings[name], names)}"
        for name, label in LABELS.items()
        if settings.get(name)
    ]


def _words(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == "languages":
        return _names(value, names)
    if name == "locale":
        return names.get(value, value)
    if name == "tags":
        return ", ".join(value)
    if name == "lips_model" and value in LipsModel.values:
        return str(LipsModel(value).label)
    if name == "priority" and value.isdecimal():
        return str(Priority(int(value)).label)
    return str(value)


def _names(codes: list[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes)
