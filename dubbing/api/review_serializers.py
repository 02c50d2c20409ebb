from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dubbing.api.serializers import PersonSerializer
from dubbing.models import Note


class DubNoteSerializer(serializers.ModelSerializer[Note]):
    dubbing = serializers.UUIDField(source="dubbing_id")
    version = serializers.UUIDField(
        source="version_id", allow_null=True, help_text="The version that was looked at."
    )
    reply_to = serializers.UUIDField(
        source="reply_to_id", allow_null=True, help_text="The note that it answers."
    )
    at_seconds = serializers.FloatField(
        allow_null=True, help_text="On the film’s clock; null: about all of it."
    )
    author = PersonSerializer(allow_null=True)
    author_key = serializers.SerializerMethodField(help_text="The name of the API key, if one did.")
    resolved_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Note
        fields = (
            "id", "dubbing", "version", "reply_to", "at_seconds", "text", "author", "author_key",
            "created_at", "edited_at", "resolved_at", "resolved_by",
        )  # fmt: skip
        read_only_fields = fields

    def get_author_key(self, note: Note) -> str | None:
        return note.author_key.name if note.author_key else None


def told_note(note_id: Any) -> dict[str, Any]:
    rows = Note.objects.select_related("author", "author_key", "resolved_by")
    return dict(DubNoteSerializer(rows.get(pk=note_id)).data)
