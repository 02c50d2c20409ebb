from __future__ import annotations

from django.db import migrations

EUROPE_NORTH, EUROPE_WEST, EUROPE_SOUTH, EUROPE_EAST = (
    "Northern Europe",
    "Western Europe",
    "Southern Europe",
    "Eastern Europe",
)
AMERICAS, MIDDLE_EAST, ASIA_SOUTH, ASIA_EAST, ASIA_SOUTHEAST = (
    "Americas",
    "Middle East",
    "South Asia",
    "East Asia",
    "Southeast Asia",
)
# The vendor's documented table: code, English name, own name, region.
LOCALES = (
    ("ar-AE", "Arabic (UAE)", "العربية", MIDDLE_EAST),
    ("bg-BG", "Bulgarian", "български", EUROPE_EAST),
    ("zh-CN", "Chinese (Mainland)", "中文", ASIA_EAST),
    ("hr-HR", "Croatian", "hrvatski", EUROPE_SOUTH),
    ("cs-CZ", "Czech", "čeština", EUROPE_EAST),
    ("da-DK", "Danish", "dansk", EUROPE_NORTH),
    ("nl-NL", "Dutch", "Nederlands", EUROPE_WEST),
    ("en-US", "English (US)", "English", AMERICAS),
    ("fil-PH", "Filipino", "Filipino", ASIA_SOUTHEAST),
    ("fi-FI", "Finnish", "suomi", EUROPE_NORTH),
    ("fr-FR", "French (France)", "français", EUROPE_WEST),
    ("de-DE", "German", "Deutsch", EUROPE_WEST),
    ("el-GR", "Greek", "ελληνικά", EUROPE_SOUTH),
    ("he-IL", "Hebrew", "עברית", MIDDLE_EAST),
    ("hi-IN", "Hindi", "हिन्दी", ASIA_SOUTH),
    ("hu-HU", "Hungarian", "magyar", EUROPE_EAST),
    ("id-ID", "Indonesian", "Indonesia", ASIA_SOUTHEAST),
    ("it-IT", "Italian", "italiano", EUROPE_SOUTH),
    ("ja-JP", "Japanese", "日本語", ASIA_EAST),
    ("ko-KR", "Korean", "한국어", ASIA_EAST),
    ("lt-LT", "Lithuanian", "lietuvių", EUROPE_NORTH),
    ("ms-MY", "Malay", "Melayu", ASIA_SOUTHEAST),
    ("nb-NO", "Norwegian (Bokmål)", "norsk bokmål", EUROPE_NORTH),
    ("pl-PL", "Polish", "polski", EUROPE_EAST),
    ("pt-BR", "Portuguese (Brazil)", "português", AMERICAS),
    ("pt-PT", "Portuguese (Portugal)", "português", EUROPE_SOUTH),
    ("ro-RO", "Romanian", "română", EUROPE_EAST),
    ("ru-RU", "Russian", "русский", EUROPE_EAST),
    ("sk-SK", "Slovak", "slovenčina", EUROPE_EAST),
    ("es-ES", "Spanish (Spain)", "español", EUROPE_SOUTH),
    ("es-MX", "Spanish (Mexico)", "español", AMERICAS),
    ("sv-SE", "Swedish", "svenska", EUROPE_NORTH),
    ("ta-IN", "Tamil", "தமிழ்", ASIA_SOUTH),
    ("tr-TR", "Turkish", "Türkçe", MIDDLE_EAST),
    ("uk-UA", "Ukrainian", "українська", EUROPE_EAST),
    ("vi-VN", "Vietnamese", "Tiếng Việt", ASIA_SOUTHEAST),
)  # fmt: skip
SOURCE_ONLY = frozenset({"he-IL"})
RIGHT_TO_LEFT = frozenset({"ar-AE", "he-IL"})


def add_locales(apps, schema_editor):
    locale = apps.get_model("dubbing", "Locale")
    locale.objects.bulk_create(
        [
            locale(
                code=code,
                name=name,
                native_name=native_name,
                region=region,
                right_to_left=code in RIGHT_TO_LEFT,
                can_target=code not in SOURCE_ONLY,
            )
            for code, name, native_name, region in LOCALES
        ],
        ignore_conflicts=True,
    )


def remove_unused_locales(apps, schema_editor):
    codes = [entry[0] for entry in LOCALES]
    apps.get_model("dubbing", "Locale").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("dubbing", "0002_team_of_children")]

    operations = [migrations.RunPython(add_locales, remove_unused_locales)]
