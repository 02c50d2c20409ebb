"""A sheet given, its columns named, and the way its file is read."""

from __future__ import annotations

from typing import Any

from django import forms

from dubbing.forms.fields import AnyChoiceField, UploadField, add_service_errors
from dubbing.models import Batch, Locale, SheetImport
from dubbing.sheets import Reading
from dubbing.sheets.csv_reading import DELIMITERS
from dubbing.sheets.decoding import ENCODINGS
from dubbing.sheets.headings import BY_FIELD, COLUMNS, LANGUAGE
from dubbing.states import BatchState

MOST_PASTED_CHARACTERS = 4_000_000
LEFT_OUT = ("", "Leave out")
GROUPS = {
    "Which video": ("id", "title", "reference", "media_url", "file_name"),
    "Where it belongs": ("project", "tags"),
    "How it is dubbed": (
        "locale", "languages", "speakers_count", "start_time", "end_time", "lips_model",
        "background_audio_url",
    ),
}  # fmt: skip


class SheetForm(forms.Form):
    """One of file and text; `batch` is where its new videos are to go."""

    file = UploadField(
        label="Sheet",
        accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument"
        ".spreadsheetml.sheet",
        help_text="CSV or XLSX, at most 10,000 lines.",
    )
    text = forms.CharField(
        label="Or paste lines",
        required=False,
        max_length=MOST_PASTED_CHARACTERS,
        strip=False,
        help_text="Copied out of a spreadsheet, with their headings.",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "wrap": "off"}),
    )
    batch = forms.ModelChoiceField(Batch.objects.none(), required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Here, not on the class: there is no team yet when classes are made.
        self.fields["batch"].queryset = Batch.objects.filter(  # type: ignore[attr-defined]
            state=BatchState.OPEN
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not (given.get("text") or "").strip():
            self.add_error("file", forms.ValidationError("Choose a sheet.", code="required"))
        return given

    add_service_errors = add_service_errors


class ColumnsForm(forms.Form):
    """A choice per column: what it holds."""

    def __init__(self, *args: Any, sheet: SheetImport, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = _choices(sheet)
        for place, heading in enumerate(sheet.look["headings"]):
            self.fields[f"column-{place}"] = AnyChoiceField(
                label=heading or f"Column {place + 1}",
                required=False,
                choices=choices,
                initial=sheet.mapping.get(str(place), ""),
            )
        self.fields["blank_clears"] = forms.BooleanField(
            label="An empty cell empties the field of a video that is here",
            required=False,
            initial=sheet.blank_clears,
            help_text="Left off, empty cells change nothing. A title is never emptied.",
        )

    def mapping(self) -> dict[int, str]:
        return {
            int(name.removeprefix("column-")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("column-") and value
        }

    add_service_errors = add_service_errors


def _choices(sheet: SheetImport) -> list[Any]:
    told = [(column.field, column.heading) for column in COLUMNS if column.is_told]
    names = dict(Locale.objects.values_list("code", "name").order_by("name"))
    languages = [(LANGUAGE + code, f"{name} · {code}") for code, name in names.items()]
    return [
        LEFT_OUT,
        *(
            (group, [(field, BY_FIELD[field].heading) for field in fields])
            for group, fields in GROUPS.items()
        ),
        ("A mark if it gets", languages),
        ("Told by our export, not read", told),
    ]


class ReadingForm(forms.Form):
    """How the file is read, where the desk got it wrong."""

    sheet = AnyChoiceField(label="Sheet", required=False)
    encoding = AnyChoiceField(label="Letters", required=False, choices=list(ENCODINGS.items()))
    delimiter = AnyChoiceField(
        label="Cells end with",
        required=False,
        choices=[(mark, name.capitalize()) for mark, name in DELIMITERS.items()],
    )
    heading_line = forms.IntegerField(
        label="Headings in line",
        required=False,
        min_value=0,
        max_value=1000,
        help_text="0: there are none.",
    )

    def __init__(self, *args: Any, sheet: SheetImport, **options: Any) -> None:
        super().__init__(*args, **{"initial": sheet.reading, **options})
        is_csv = sheet.look["kind"] == "csv"
        for name in ("sheet",) if is_csv else ("encoding", "delimiter"):
            del self.fields[name]
        if not is_csv:
            self.fields["sheet"].choices = [  # type: ignore[attr-defined]
                (name, f"{name} (hidden)" if hidden else name)
                for name, hidden in sheet.look["sheets"]
            ]

    def reading(self) -> Reading:
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return Reading(**given)
