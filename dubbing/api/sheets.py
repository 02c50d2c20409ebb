"""How a sheet comes in and what is told of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from dubbing.api.fields import OptionalText, StrictSerializer, TextField, WholeNumber
from dubbing.api.filters import PageSerializer
from dubbing.models import SheetImport, SheetLine
from dubbing.sheets import Reading
from dubbing.sheets.headings import BY_FIELD
from dubbing.states import LineOutcome, LineVerdict, SheetState

FIELDS = ", ".join(f"`{name}`" for name in BY_FIELD)


class NewSheetSerializer(StrictSerializer):
    file = serializers.FileField(help_text="CSV or XLSX.", allow_empty_file=True)
    columns = serializers.DictField(
        child=TextField(allow_blank=True),
        required=False,
        help_text=f"Heading → what it holds: {FIELDS}, `language:de-DE` for a column of marks, or "
        "empty. Headings that are left out are guessed, or as the team agreed last time.",
    )
    blank_clears = serializers.BooleanField(
        required=False,
        default=False,
        help_text="An empty cell empties the field of a video that is here.",
    )
    batch = serializers.UUIDField(
        required=False, allow_null=True, help_text="Where new videos go; else into a new batch."
    )
    sheet = OptionalText(help_text="The name of the sheet in the workbook; else the first.")
    encoding = OptionalText(help_text="Of a CSV, such as `cp1252`; else found out.")
    delimiter = OptionalText(help_text="Of a CSV; else found out.")
    heading_line = WholeNumber(
        required=False, help_text="The line with the headings; 0: there are none."
    )


# For the description only: the parts of a multipart body.
NEW_SHEET_FORM = inline_serializer(
    "NewSheetForm",
    {
        "file": serializers.FileField(help_text="CSV or XLSX, at most 10,000 lines."),
        "data": inline_serializer(
            "NewSheetValues",
            {
                name: field
                for name, field in NewSheetSerializer().get_fields().items()
                if name != "file"
            },
            required=False,
        ),
    },
)


class ConfirmSheetSerializer(StrictSerializer):
    include_new = serializers.BooleanField(
        required=False,
        default=False,
        help_text="A sheet that names videos that are here makes new ones only with this.",
    )


class LineFiltersSerializer(PageSerializer):
    verdict = serializers.ChoiceField(choices=LineVerdict.choices, required=False)
    outcome = serializers.ChoiceField(choices=LineOutcome.choices, required=False)


class ColumnSerializer(serializers.Serializer[Any]):
    heading = serializers.CharField()
    holds = serializers.CharField(allow_null=True, help_text="A field; null: it is left out.")


class SheetErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


COUNTED = {
    "lines": "Of the whole file, without its headings.",
    "new": "Lines that would make a video.",
    "update": "Lines that would change one.",
    "unchanged": "Lines that say what is so already.",
    "error": "Lines that are left out.",
    "warnings": "Lines with at least one.",
    "adding": "Videos that get more languages.",
    "added_languages": "Each is paid for.",
    "unknown_lengths": "Of the videos that get more languages.",
}
# Made from a dictionary: an attribute named `update` would hide the serializer's own.
COUNTS = inline_serializer(
    "SheetCounts",
    {
        **{name: serializers.IntegerField(help_text=text) for name, text in COUNTED.items()},
        "added_seconds": serializers.FloatField(
            help_text="Length × languages, where the length is known."
        ),
    },
    allow_null=True,
)


class SheetSerializer(serializers.ModelSerializer[SheetImport]):
    state = serializers.ChoiceField(choices=SheetState.choices)
    error = serializers.SerializerMethodField(help_text="Why it cannot be read.")
    columns = serializers.SerializerMethodField()
    batch = serializers.UUIDField(source="batch_id", allow_null=True)
    counts = serializers.SerializerMethodField(help_text="Once it is compared.")
    done = serializers.IntegerField(help_text="Lines carried out so far.")

    class Meta:
        model = SheetImport
        fields = (
            "id", "name", "state", "error", "columns", "blank_clears", "batch", "counts", "done",
            "created_at", "compared_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(SheetErrorSerializer(allow_null=True))
    def get_error(self, sheet: SheetImport) -> dict[str, str] | None:
        if not sheet.error_code:
            return None
        return {"code": sheet.error_code, "message": sheet.error_message}

    @extend_schema_field(ColumnSerializer(many=True))
    def get_columns(self, sheet: SheetImport) -> list[dict[str, str | None]]:
        return [
            {"heading": heading, "holds": sheet.mapping.get(str(place))}
            for place, heading in enumerate(sheet.look["headings"])
        ]

    @extend_schema_field(COUNTS)
    def get_counts(self, sheet: SheetImport) -> dict[str, Any] | None:
        if not sheet.counts:
            return None
        return {name: sheet.counts[name] for name in (*COUNTED, "added_seconds")}


class NoteSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["error", "warning"])
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class LineSerializer(serializers.ModelSerializer[SheetLine]):
    number = serializers.IntegerField(help_text="As in the file, from 1.")
    verdict = serializers.ChoiceField(choices=LineVerdict.choices)
    asset = serializers.UUIDField(source="asset_id", allow_null=True)
    changes = serializers.DictField(
        child=serializers.ListField(),
        help_text="Field → before and after; of `languages`: those there, those added.",
    )
    notes = NoteSerializer(many=True)
    outcome = serializers.ChoiceField(choices=LineOutcome.choices)

    class Meta:
        model = SheetLine
        fields = (
            "id", "number", "verdict", "title", "asset", "changes", "notes", "outcome",
            "outcome_message",
        )  # fmt: skip
        read_only_fields = fields


def read_new_sheet(body: dict[str, Any]) -> tuple[dict[str, Any], Reading]:
    """Raises rest_framework's ValidationError where the shape is wrong."""
    shape = NewSheetSerializer(data=body)
    shape.is_valid(raise_exception=True)
    given = dict(shape.validated_data)
    told = {name: given.pop(name, None) for name in Reading._fields}
    return given, Reading(**{name: value for name, value in told.items() if value is not None})


def read_confirmation(body: dict[str, Any]) -> bool:
    shape = ConfirmSheetSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return bool(shape.validated_data["include_new"])
