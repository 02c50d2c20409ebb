"""What callers say of many videos: only its shape is read here."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from dubbing.api.errors import refuse
from dubbing.api.fields import OptionalText, RuledText, StrictSerializer, TimeField, WholeNumber
from dubbing.api.inputs import (
    DUE_HELP,
    LIPS_HELP,
    MOST_LANGUAGES,
    OWNER_HELP,
    PRIORITY_HELP,
    REVIEWER_HELP,
)
from dubbing.services.batches.values import SETTINGS
from dubbing.services.presets import find_preset
from dubbing.validators import parse_timecode

MOST_ROWS_AT_ONCE = 1000
MOST_CHOSEN = 20_000


class RowLanguageSerializer(StrictSerializer):
    locale = RuledText(help_text="The language to dub into, such as `de-DE`.")


class SettingsSerializer(StrictSerializer):
    """What may be said once for all rows, or for one."""

    locale = OptionalText(help_text="The language spoken in the videos, such as `en-US`.")
    languages: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=RowLanguageSerializer(), required=False, max_length=MOST_LANGUAGES
    )
    speakers_count = WholeNumber(required=False, allow_null=True)
    lips_model = OptionalText(help_text=LIPS_HELP)
    background_audio_url = OptionalText(help_text="A public link to music without speech.")
    project = OptionalText(help_text="A project’s name; a new one is made.")
    tags = serializers.ListField(child=OptionalText(), required=False, allow_null=True)
    due = OptionalText(help_text=DUE_HELP)
    owner = OptionalText(help_text=OWNER_HELP)
    reviewer = OptionalText(help_text=REVIEWER_HELP)
    priority = WholeNumber(required=False, allow_null=True, help_text=PRIORITY_HELP)


class NewBatchSerializer(SettingsSerializer):
    title = OptionalText(help_text="What your team calls it. Left out: the date.")
    preset = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="A template: it fills in what you leave out here.",
    )


class ChangedBatchSerializer(NewBatchSerializer):
    discarded = serializers.BooleanField(
        required=False, help_text="Thrown away; `false` takes it back. What was sent stays sent."
    )


class RowSerializer(SettingsSerializer):
    """What a row leaves out comes from its batch."""

    media_url = OptionalText(help_text="A public http(s) link to the video.")
    upload = serializers.UUIDField(
        required=False, allow_null=True, help_text="Instead of a link: a file given before."
    )
    file_name = OptionalText(help_text="Of a file that comes later: an upload of this name.")
    background_upload = serializers.UUIDField(required=False, allow_null=True)
    title = OptionalText(help_text="Left out: the file’s name.")
    reference = OptionalText(help_text="Your own name for it, such as an id in your system.")
    start_time = TimeField(help_text="Trim: where to begin.")
    end_time = TimeField(help_text="Trim: where to end.")


class NewRowsSerializer(StrictSerializer):
    items: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=RowSerializer(), min_length=1, max_length=MOST_ROWS_AT_ONCE
    )


class ChangedRowSerializer(RowSerializer):
    removed = serializers.BooleanField(required=False, help_text="`false` puts it back.")
    revision = WholeNumber(
        required=False,
        help_text="As you read it: the change is refused if somebody was there in between.",
    )


class SendSerializer(StrictSerializer):
    items = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_CHOSEN,
        help_text="Ids of rows; left out: all that can be sent.",
    )
    unsure_too = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Also rows that are `amber`, or not checked to the end. Never those with faults.",
    )


class PilotSerializer(StrictSerializer):
    languages: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=RowLanguageSerializer(),
        required=False,
        max_length=MOST_LANGUAGES,
        help_text="Of those of the row; left out: its first.",
    )
    start = TimeField(help_text="Where its minute begins; left out: where somebody first speaks.")


def read_batch(body: dict[str, Any], kind: type[StrictSerializer]) -> dict[str, Any]:
    """`settings` in one place, the rest as given. Raises rest_framework's ValidationError."""
    given = _read(body, kind)
    settings = _of_preset(given.pop("preset", None))
    settings |= {name: given.pop(name) for name in SETTINGS if name in given}
    return given | {"settings": settings}


def _of_preset(preset_id: uuid.UUID | None) -> dict[str, Any]:
    if preset_id is None:
        return {}
    preset = find_preset(str(preset_id))
    if preset is None:
        refuse("preset", "There is no such template here.", "unknown_preset")
    return dict(preset.settings)


def read_rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    shape = NewRowsSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return [_row(entry) for entry in shape.validated_data["items"]]


def read_row_change(body: dict[str, Any]) -> dict[str, Any]:
    return _read(body, ChangedRowSerializer)


def read_sending(body: dict[str, Any]) -> tuple[list[uuid.UUID] | None, bool]:
    shape = SendSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return shape.validated_data.get("items"), bool(shape.validated_data["unsure_too"])


def read_pilot(body: dict[str, Any]) -> tuple[list[str], Decimal | None]:
    """Languages and start of a pilot. Raises a ValidationError, of the shape or of the time."""
    given = _read(body, PilotSerializer)
    start = given.get("start")
    if start is None or start == "":
        return given.get("languages", []), None
    try:
        return given.get("languages", []), parse_timecode(start)
    except ValidationError as error:
        raise ValidationError({"start": error}) from None


def _read(body: dict[str, Any], kind: type[StrictSerializer]) -> dict[str, Any]:
    shape = kind(data=body)
    shape.is_valid(raise_exception=True)
    return _row(shape.validated_data)


def _row(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "languages" in values:
        values["languages"] = [entry["locale"] for entry in values["languages"]]
    return values
