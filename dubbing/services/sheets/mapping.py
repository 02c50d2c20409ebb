"""Which column holds which field, as somebody agreed to it; then the comparison begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Locale, SheetImport
from dubbing.services.sheets.files import sheet_on_disk
from dubbing.services.sheets.looks import look_at, take_look
from dubbing.sheets import Reading
from dubbing.sheets.headings import BY_FIELD, LANGUAGE, plain
from dubbing.states import SheetState

# At least one of these says which video a line is about.
TELLING = ("id", "reference", "title", "media_url", "file_name")
BEFORE_CHANGES = frozenset({SheetState.MAPPING, SheetState.COMPARED, SheetState.REFUSED})


def map_columns(
    *, sheet: SheetImport, mapping: Mapping[int, str], blank_clears: bool = False
) -> SheetImport:
    """Agrees to what the columns hold and has every line compared. `mapping`: column from 0 →
    field, `language:de-DE` for a column of marks.

    Raises ValidationError under `columns`, or with code `sheet_busy` once it is being carried out.
    """
    _require_file(sheet)
    agreed = {str(column): field for column, field in mapping.items() if field}
    _check_mapping(sheet, agreed)
    with team_atomic():
        locked = _lock_unchanged(sheet)
        locked.mapping, locked.blank_clears = agreed, blank_clears
        locked.state, locked.mapped_at = SheetState.COMPARING, timezone.now()
        locked.error_code = locked.error_message = ""
        locked.done, locked.lease_until = 0, None
        locked.revision += 1
        locked.save()
        wake.after_commit(wake.SHEET, locked.team_id, locked.pk)
    return locked


def map_headings(
    *, sheet: SheetImport, by_heading: Mapping[str, str], blank_clears: bool = False
) -> SheetImport:
    """As `map_columns`, by the headings' own words; headings that are left out keep the guess."""
    places = {plain(heading): place for place, heading in enumerate(sheet.look["headings"])}
    mapping = {int(place): field for place, field in sheet.mapping.items()}
    for heading, field in by_heading.items():
        if plain(heading) not in places:
            raise _fault(f"The sheet has no column “{heading[:40]}”.", "unknown_column")
        mapping[places[plain(heading)]] = field
    return map_columns(sheet=sheet, mapping=mapping, blank_clears=blank_clears)


def read_again(*, sheet: SheetImport, reading: Reading) -> SheetImport:
    """Reads the file in another way: another sheet, encoding, delimiter or line of headings.

    Raises ValidationError under `reading`; the earlier look then stays.
    """
    _require_file(sheet)
    with sheet_on_disk(sheet) as path:
        look = look_at(path, reading, field="reading")
    with team_atomic():
        locked = _lock_unchanged(sheet)
        take_look(locked, look)
        locked.state = SheetState.MAPPING
        locked.error_code = locked.error_message = ""
        locked.revision += 1
        locked.save()
    return locked


def ask_again(*, sheet: SheetImport) -> None:
    """Back to the columns; what was compared is forgotten."""
    rows = SheetImport.objects.filter(pk=sheet.pk, state__in=sorted(BEFORE_CHANGES))
    rows.update(state=SheetState.MAPPING, revision=F("revision") + 1)


def _lock_unchanged(sheet: SheetImport) -> SheetImport:
    locked: SheetImport = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if locked.state not in BEFORE_CHANGES:
        raise ValidationError(
            "This sheet is being worked on, or was carried out. Give it again to read it anew.",
            code="sheet_busy",
        )
    return locked


def _require_file(sheet: SheetImport) -> None:
    if not sheet.file:
        raise ValidationError(
            "The file of this sheet is not kept any longer. Give it again.", code="sheet_busy"
        )


def _check_mapping(sheet: SheetImport, mapping: Mapping[str, str]) -> None:
    width = len(sheet.look["headings"])
    locales = set(Locale.objects.values_list("code", flat=True))
    for column, field in mapping.items():
        is_language = field.startswith(LANGUAGE) and field.removeprefix(LANGUAGE) in locales
        if not is_language and field not in BY_FIELD:
            raise _fault(f"There is no field “{field[:40]}”.", "unknown_column_field")
        if not 0 <= int(column) < width:
            raise _fault(f"The sheet has no column {int(column) + 1}.", "unknown_column")
    twice = [field for field, times in Counter(mapping.values()).items() if times > 1]
    if twice:
        name = BY_FIELD[twice[0]].heading if twice[0] in BY_FIELD else twice[0]
        raise _fault(
            f"Two columns are said to hold “{name}”. Choose one, set the other to “leave out”.",
            "column_twice",
        )
    if not set(TELLING) & set(mapping.values()):
        raise _fault(
            "Say which column holds the video link, the file, the title, the reference or the ID.",
            "no_telling_column",
        )


def _fault(message: str, code: str) -> ValidationError:
    return ValidationError({"columns": ValidationError(message, code=code)})
