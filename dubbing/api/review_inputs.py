"""What callers send about people's work on dubs: only its shape, the rules live in services."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dubbing.api.fields import OptionalText, RuledText, StrictSerializer, TimeField, WholeNumber
from dubbing.states import Priority

PERSON = "A member of the team by id or e-mail; null or empty for nobody."
PRIORITIES = ", ".join(f"{priority.value} {priority.label.lower()}" for priority in Priority)


class WorkSerializer(StrictSerializer):
    owner = OptionalText(help_text=PERSON)
    reviewer = OptionalText(help_text=PERSON)
    due_on = OptionalText(help_text="Like 2026-12-03; null for no date.")
    priority = WholeNumber(required=False, help_text=f"{PRIORITIES}.")
    work_revision = WholeNumber(
        required=False,
        help_text="As you read it: where somebody changed the dub since, nothing is written and "
        "`stale_revision` names both values.",
    )


class VerdictSerializer(StrictSerializer):
    version = serializers.UUIDField(
        required=False,
        help_text="Which version you looked at: where another is current meanwhile, the verdict is "
        "refused with `not_current`.",
    )


class RevisionSerializer(VerdictSerializer):
    reason = RuledText(help_text="What should change. It also stands among the notes.")
    at_seconds = TimeField(help_text="At which moment of the film.")


class NewNoteSerializer(StrictSerializer):
    text = RuledText()
    at_seconds = TimeField(help_text="Left out: the note is about all of it.")
    version = serializers.UUIDField(
        required=False, help_text="Which version it is about; left out: the current one."
    )


class NoteTextSerializer(StrictSerializer):
    text = RuledText()


class NoteChangeSerializer(StrictSerializer):
    text = RuledText(required=False, help_text="Only by who wrote it.")
    resolved = serializers.BooleanField(required=False)


def read_values(shape: type[StrictSerializer], body: dict[str, Any]) -> dict[str, Any]:
    """Raises rest_framework's ValidationError where the shape is wrong."""
    read = shape(data=body)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def read_work_values(body: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The values, and the revision that they are meant for."""
    values = read_values(WorkSerializer, body)
    revision = values.pop("work_revision", None)
    return values, revision
