"""Subtitle files of a batch: what callers send and get."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from dubbing.api.errors import refuse
from dubbing.api.fields import OptionalText, RuledText, StrictSerializer
from dubbing.models import SubtitleFile
from dubbing.screens.subtitle_words import verdict_of
from dubbing.services.subtitles import MOST_FILES, GivenFile
from dubbing.states import SubtitleVerdict

MEND = inline_serializer(
    "Mend",
    {
        "code": serializers.CharField(help_text="Give it as `mend`."),
        "label": serializers.CharField(help_text="What it does."),
    },
    many=True,
)
FINDING = inline_serializer(
    "SubtitleFinding",
    {
        "level": serializers.ChoiceField(["error", "warning"]),
        "code": serializers.CharField(),
        "message": serializers.CharField(),
        "line": serializers.IntegerField(help_text="Of the text, from 1; 0: of the whole file."),
        "cue": serializers.IntegerField(help_text="As the file numbers it; 0: the whole file."),
        "mends": MEND,
    },
    many=True,
)


class NewSubtitleSerializer(StrictSerializer):
    name = RuledText(
        help_text="The file’s name with its folders: it says the video and the language."
    )
    text = OptionalText(help_text="What it holds, where it is text you have read already.")
    content = OptionalText(help_text="The file in base64, whatever its encoding and format.")
    item = serializers.UUIDField(
        required=False, allow_null=True, help_text="The video it belongs to; else by its name."
    )
    locale = OptionalText(help_text="Its language; goes with `item`.")


class NewSubtitlesSerializer(StrictSerializer):
    files: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=NewSubtitleSerializer(), min_length=1, max_length=MOST_FILES
    )


class PlaceSerializer(StrictSerializer):
    item = serializers.UUIDField(help_text="A video of the batch that is not sent yet.")
    locale = RuledText(help_text="A language that can be dubbed into.")


class MendSerializer(StrictSerializer):
    mend = RuledText(help_text="A `code` that its findings offer, or `undo` for the last one.")


class SubtitleRowSerializer(serializers.ModelSerializer[SubtitleFile]):
    """As lists show it: without its text, of which a batch may have hundreds of megabytes."""

    verdict = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    class Meta:
        model = SubtitleFile
        fields = (
            "id", "name", "item", "locale", "reason", "format", "verdict", "findings", "notes",
            "mends", "removed_at", "created_at", "updated_at",
        )  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(SubtitleVerdict.choices))
    def get_verdict(self, subtitle: SubtitleFile) -> str:
        return verdict_of(subtitle.findings).value

    @extend_schema_field(FINDING)
    def get_findings(self, subtitle: SubtitleFile) -> list[dict[str, Any]]:
        return [
            found | {"mends": [{"code": code, "label": label} for code, label in found["mends"]]}
            for found in subtitle.findings
        ]


class SubtitleSerializer(SubtitleRowSerializer):
    class Meta(SubtitleRowSerializer.Meta):
        fields = (*SubtitleRowSerializer.Meta.fields, "text")  # type: ignore[assignment]


SUBTITLES = inline_serializer("Subtitles", {"results": SubtitleRowSerializer(many=True)})


def read_new_subtitles(body: dict[str, Any]) -> list[dict[str, Any]]:
    """With a GivenFile under `file`. Raises rest_framework's ValidationError."""
    shape = NewSubtitlesSerializer(data=body)
    shape.is_valid(raise_exception=True)
    entries = shape.validated_data["files"]
    return [entry | {"file": _given(entry, index)} for index, entry in enumerate(entries)]


def _given(entry: Mapping[str, Any], index: int) -> GivenFile:
    text, content = entry.get("text"), entry.get("content")
    if (text is None) == (content is None):
        refuse(f"files.{index}.text", "Give either text or content.", "required")
    if text is not None:
        return GivenFile(entry["name"], text.encode("utf-8", "replace"))
    try:
        return GivenFile(entry["name"], base64.b64decode(content or "", validate=True))
    except (binascii.Error, ValueError):
        refuse(f"files.{index}.content", "This is not base64.", "invalid")


def read_place(body: dict[str, Any]) -> dict[str, Any]:
    shape = PlaceSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


def read_mend(body: dict[str, Any]) -> str:
    shape = MendSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return str(shape.validated_data["mend"])
