"""The documented locale table: every row is a source and a target but he-IL, a source only."""

from __future__ import annotations

SOURCE_ONLY = frozenset({"he-IL"})

SOURCES = frozenset(
    [
        "ar-AE",
        "bg-BG",
        "zh-CN",
        "hr-HR",
        "cs-CZ",
        "da-DK",
        "nl-NL",
        "en-US",
        "fil-PH",
        "fi-FI",
        "fr-FR",
        "de-DE",
        "el-GR",
        "he-IL",
        "hi-IN",
        "hu-HU",
        "id-ID",
        "it-IT",
        "ja-JP",
        "ko-KR",
        "lt-LT",
        "ms-MY",
        "nb-NO",
        "pl-PL",
        "pt-BR",
        "pt-PT",
        "ro-RO",
        "ru-RU",
        "sk-SK",
        "es-ES",
        "es-MX",
        "sv-SE",
        "ta-IN",
        "tr-TR",
        "uk-UA",
        "vi-VN",
    ]
)

TARGETS = SOURCES - SOURCE_ONLY
