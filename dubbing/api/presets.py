"""Templates, as callers get them."""

from __future__ import annotations

from rest_framework import serializers

from dubbing.models import Preset


class PresetSerializer(serializers.ModelSerializer[Preset]):
    settings = serializers.JSONField(help_text="Field names of a row → values as typed.")

    class Meta:
        model = Preset
        fields = ("id", "name", "settings", "created_at", "updated_at")
        read_only_fields = fields
