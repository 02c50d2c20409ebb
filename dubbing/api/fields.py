"""Serializer bases that take nothing they do not know, and turn no type into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.encoding import force_str
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

UNKNOWN_SHOWN = 20
NAME_SHOWN = 60


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know: a misspelt one would be left out without a word."""

    unknown_code = "unknown_field"
    unknown_message = "The API has no such field."
    default_error_messages = {"invalid": "An object is expected, like {{…}}."}
    told_apart: Mapping[str, tuple[str, str]] = {}  # name → message, code

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**_as_dict(error), **unknown}) from None
        if unknown:
            raise serializers.ValidationError(unknown)
        return values

    def _unknown(self, data: Mapping[Any, Any]) -> dict[str, list[ErrorDetail]]:
        names = [name for name in data if name not in self.fields]
        usual = (self.unknown_message, self.unknown_code)
        return {
            force_str(name)[:NAME_SHOWN]: [ErrorDetail(*self.told_apart.get(name, usual))]
            for name in names[:UNKNOWN_SHOWN]
        }


def _as_dict(error: serializers.ValidationError) -> dict[str, Any]:
    detail = error.detail
    return dict(detail) if isinstance(detail, Mapping) else {"non_field_errors": detail}


class TextField(serializers.CharField):
    """Text and nothing else, as it came."""

    default_error_messages = {"invalid": "Text is expected, in quotes."}

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class RuledText(TextField):
    """Text of any length and content: the rules behind the drafts trim and judge it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, **options)
        self.validators = []


class OptionalText(RuledText):
    """Null and "" both mean “left blank”."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction; no text that looks like one."""

    default_error_messages = {
        "invalid": "A whole number is expected, without quotes or a fraction."
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


@extend_schema_field(
    {
        "oneOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}],
        "description": "Seconds of the source video (`90.5`), or text like `1:02:03.250`.",
        "example": 90.5,
    }
)
class TimeField(serializers.Field[Any, Any, Any, Any]):
    """Whatever came: the one rule for times judges type and value alike."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)

    def to_internal_value(self, data: Any) -> Any:
        return data
