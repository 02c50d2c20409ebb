"""What a heading most likely means to this team."""

from __future__ import annotations

from collections.abc import Sequence

from dubbing.models import Locale, SheetImport
from dubbing.sheets import LanguageFinder, guess_columns
from dubbing.sheets.headings import plain
from dubbing.sheets.languages import Known
from dubbing.validators import locale_name


def language_finder() -> LanguageFinder:
    rows = Locale.objects.values_list("code", "name", "native_name", "can_target")
    return LanguageFinder(Known(*row, locale_name(row[0])) for row in rows.order_by("code"))


def guess_mapping(
    headings: Sequence[str], key: str, samples: Sequence[Sequence[str]] = ()
) -> dict[str, str]:
    """Column as text → field, as the team agreed last time for these headings, else guessed."""
    remembered = _remembered(key)
    if remembered is not None:
        fields = [remembered.get(plain(heading), "") for heading in headings]
    else:
        fields = guess_columns(headings, language_finder(), samples)
    return {str(place): field for place, field in enumerate(fields) if field}


def _remembered(key: str) -> dict[str, str] | None:
    """By plain heading. Nothing where two columns have the same heading: they must be looked at."""
    agreed = SheetImport.objects.exclude(mapped_at=None).filter(headings_key=key)
    sheet: SheetImport | None = agreed.order_by("-pk").first()
    if sheet is None:
        return None
    headings = [plain(heading) for heading in sheet.look["headings"]]
    if len(set(headings)) < len(headings):
        return None
    return {heading: sheet.mapping.get(str(place), "") for place, heading in enumerate(headings)}
