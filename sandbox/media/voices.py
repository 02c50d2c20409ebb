"""Which synthetic voice speaks which target locale."""

from __future__ import annotations

# In order of preference, as espeak names its languages. The worker asks espeak which of them it
# really has: for Filipino it has none today, and then the film says so.
VOICES: dict[str, tuple[str, ...]] = {
    "ar-AE": ("ar",),
    "bg-BG": ("bg",),
    "cs-CZ": ("cs",),
    "da-DK": ("da",),
    "de-DE": ("de",),
    "el-GR": ("el",),
    "en-US": ("en-us",),
    "es-ES": ("es",),
    "es-MX": ("es-419",),
    "fi-FI": ("fi",),
    "fil-PH": ("fil", "tl"),
    "fr-FR": ("fr-fr", "fr"),
    "hi-IN": ("hi",),
    "hr-HR": ("hr",),
    "hu-HU": ("hu",),
    "id-ID": ("id",),
    "it-IT": ("it",),
    "ja-JP": ("ja",),
    "ko-KR": ("ko",),
    "lt-LT": ("lt",),
    "ms-MY": ("ms",),
    "nb-NO": ("nb",),
    "nl-NL": ("nl",),
    "pl-PL": ("pl",),
    "pt-BR": ("pt-br",),
    "pt-PT": ("pt",),
    "ro-RO": ("ro",),
    "ru-RU": ("ru",),
    "sk-SK": ("sk",),
    "sv-SE": ("sv",),
    "ta-IN": ("ta",),
    "tr-TR": ("tr",),
    "uk-UA": ("uk",),
    "vi-VN": ("vi",),
    "zh-CN": ("cmn",),
}
