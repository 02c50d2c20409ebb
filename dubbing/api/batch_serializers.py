"""Batches and their rows, as callers get them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dubbing.api.serializers import BlankIsNull, FaultSerializer
from dubbing.models import Batch, BatchItem
from dubbing.screens.batch import count_rows
from dubbing.states import BatchState, LipsModel, Verdict


class CountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="Rows, those that are sent included.")
    red = serializers.IntegerField(help_text="Cannot be sent: see their `faults` and `findings`.")
    amber = serializers.IntegerField(help_text="Can be sent; something looks odd.")
    checking = serializers.IntegerField(help_text="Not looked at to the end yet.")
    green = serializers.IntegerField(help_text="Nothing speaks against them.")
    asked = serializers.IntegerField(help_text="Accepted for sending, no asset yet.")
    made = serializers.IntegerField(help_text="Assets by now.")


class BatchSerializer(serializers.ModelSerializer[Batch]):
    title = BlankIsNull()
    status = serializers.ChoiceField(source="state", choices=BatchState.choices)
    settings = serializers.JSONField(help_text="What new rows begin with.")
    counts = serializers.SerializerMethodField()
    revision = serializers.IntegerField(help_text="Grows with every change.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Batch
        fields = (
            "id", "title", "status", "settings", "counts", "revision", "created_at",
            "updated_at", "sent_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(CountsSerializer)
    def get_counts(self, batch: Batch) -> dict[str, int]:
        return dict(vars(count_rows(batch)))

    @extend_schema_field(serializers.URLField())
    def get_url(self, batch: Batch) -> str:
        return urljoin(settings.PUBLIC_URL, reverse("dubbing:batch-detail", args=[batch.pk]))


class FindingSerializer(serializers.Serializer[Any]):
    level = serializers.CharField(help_text="`error`, `warning` or `hint`.")
    code = serializers.CharField()
    field = serializers.CharField(help_text="What it is about; may be empty.")
    message = serializers.CharField()


class LocaleOnlySerializer(serializers.Serializer[Any]):
    locale = serializers.CharField()


class BatchItemSerializer(serializers.ModelSerializer[BatchItem]):
    media_url = BlankIsNull()
    upload = serializers.UUIDField(source="upload_id", allow_null=True)
    background_upload = serializers.UUIDField(source="background_upload_id", allow_null=True)
    file_name = BlankIsNull()
    title = BlankIsNull()
    reference = BlankIsNull()
    project = BlankIsNull()
    tags = serializers.ListField(child=serializers.CharField())
    locale = BlankIsNull()
    languages = serializers.SerializerMethodField()
    start_time = BlankIsNull(help_text="As typed.")
    end_time = BlankIsNull(help_text="As typed.")
    lips_model = BlankIsNull(help_text=f"As typed; right are {', '.join(LipsModel.values)}.")
    background_audio_url = BlankIsNull()
    due = BlankIsNull(help_text="As typed.")
    owner = BlankIsNull(help_text="As typed.")
    reviewer = BlankIsNull(help_text="As typed.")
    priority = BlankIsNull(help_text="As typed.")
    verdict = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField(
        help_text="What the rules say; with any, it cannot be sent."
    )
    findings = serializers.SerializerMethodField(help_text="What was found by looking into it.")
    duration = serializers.FloatField(
        source="duration_seconds", allow_null=True, help_text="Seconds, once it is known."
    )
    asset = serializers.UUIDField(
        source="asset_id", allow_null=True, help_text="What became of it, once it is sent."
    )
    pilot = serializers.UUIDField(
        source="pilot_id", allow_null=True, help_text="The asset of its pilot, if it has one."
    )
    removed = serializers.SerializerMethodField()
    revision = serializers.IntegerField(help_text="Grows with every change.")

    class Meta:
        model = BatchItem
        fields = (
            "id", "position", "media_url", "upload", "background_upload", "file_name", "title",
            "reference", "project", "tags", "locale", "languages", "speakers_count",
            "start_time", "end_time", "lips_model", "background_audio_url", "due", "owner",
            "reviewer", "priority", "verdict", "faults", "findings", "duration", "checked_at",
            "asset", "pilot", "removed", "revision",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(LocaleOnlySerializer(many=True))
    def get_languages(self, item: BatchItem) -> list[dict[str, str]]:
        return [{"locale": code} for code in item.languages]

    @extend_schema_field(serializers.ChoiceField(choices=Verdict.choices))
    def get_verdict(self, item: BatchItem) -> str:
        return str(Verdict.RED.value if item.faults else item.verdict)

    @extend_schema_field(FaultSerializer(many=True))
    def get_faults(self, item: BatchItem) -> list[dict[str, str]]:
        return [
            {"field": name, "code": entry["code"], "message": entry["message"]}
            for name, entries in item.faults.items()
            for entry in entries
        ]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, item: BatchItem) -> list[dict[str, str]]:
        names = ("level", "code", "field", "message")
        return [{name: entry.get(name, "") for name in names} for entry in item.findings]

    def get_removed(self, item: BatchItem) -> bool:
        return item.removed_at is not None
