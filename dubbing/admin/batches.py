from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter, when_set
from config.admin.commands import carry_out
from config.admin.counting import capped_count
from config.admin.links import list_link, list_url, row_link
from config.admin.rows import MirrorAdmin, Need, pretty_json
from dubbing.admin.rows import in_a_row
from dubbing.models import Batch, BatchItem
from dubbing.services.batches import wake_expansion
from dubbing.states import BatchState

# Rows of a healthy batch are videos within seconds.
STUCK_AFTER = timedelta(minutes=5)


@admin.register(Batch)
class BatchAdmin(MirrorAdmin):
    list_display = ("__str__", "team", "state", "created_by", "created_at", "sent_at")
    list_select_related = ("team", "created_by")
    list_filter = (TeamFilter, "state")
    search_fields = ("title",)
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "Name or id."
    actions = ("expand",)
    row_commands: ClassVar[tuple[str, ...]] = ("expand",)
    fields = readonly_fields = (
        "title",
        "team",
        "state",
        "counted",
        "begins_with",
        "created_by",
        "created_by_key",
        "created_at",
        "updated_at",
        "sent_by",
        "sent_by_key",
        "sent_at",
        "lease_until",
        "discarded_at",
        "links",
    )

    def needs(self) -> list[Need]:
        stuck = Batch.objects.filter(
            state=BatchState.SENDING, sent_at__lt=timezone.now() - STUCK_AFTER
        )
        url = list_url(Batch, state__exact=BatchState.SENDING.value)
        return [Need("Batches that have been sending for long", capped_count(stuck), url)]

    def commands_for(self, row: Batch) -> tuple[str, ...]:
        return self.row_commands if row.state == BatchState.SENDING else ()

    @admin.display(description="rows")
    def counted(self, batch: Batch) -> str:
        rows = batch.rows.kept()
        sent = rows.exclude(asset=None).count()
        return f"{rows.count():,}, {sent:,} of them sent"

    @admin.display(description="new rows begin with")
    def begins_with(self, batch: Batch) -> str:
        return pretty_json(batch.settings)

    @admin.display(description="its rows")
    def links(self, batch: Batch) -> SafeString:
        return in_a_row([list_link(BatchItem, "Rows", batch__id__exact=batch.pk)])

    @admin.action(description="Go on making its videos now", permissions=["command"])
    def expand(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        carry_out(self, request, queryset, service=expand_one, done="A worker is woken")


def expand_one(batch: Batch) -> bool:
    if batch.state != BatchState.SENDING:
        return False
    wake_expansion(batch=batch)
    return True


@admin.register(BatchItem)
class BatchItemAdmin(MirrorAdmin):
    list_display = (
        "__str__",
        "batch_link",
        "team",
        "verdict",
        "position",
        "pilot_link",
        "asset_link",
    )
    list_select_related = ("team", "batch", "asset", "pilot")
    list_filter = (TeamFilter, "verdict", when_set("pilot_id", "pilot"))
    search_fields = ("reference__exact",)
    search_ids = ("pk", "batch_id", "asset_id")
    search_window = 50_000
    search_help_text = "The caller’s reference, or an id of the row, its batch or its video."
    fields = readonly_fields = (
        "title",
        "team",
        "batch_link",
        "position",
        "asset_link",
        "pilot_link",
        "media_url",
        "file_name",
        "upload",
        "locale",
        "languages",
        "speakers_count",
        "lips_model",
        "start_time",
        "end_time",
        "background_audio_url",
        "project",
        "tags",
        "due",
        "owner",
        "reviewer",
        "priority",
        "reference",
        "verdict",
        "faults_shown",
        "findings_shown",
        "duration_seconds",
        "checked_at",
        "check_due_at",
        "check_lease_until",
        "send_asked_at",
        "removed_at",
        "revision",
        "created_at",
        "updated_at",
    )

    @admin.display(description="batch")
    def batch_link(self, item: BatchItem) -> SafeString | str:
        return row_link(item.batch)

    @admin.display(description="video")
    def asset_link(self, item: BatchItem) -> SafeString | str:
        return row_link(item.asset)

    @admin.display(description="pilot")
    def pilot_link(self, item: BatchItem) -> SafeString | str:
        return row_link(item.pilot)

    @admin.display(description="faults")
    def faults_shown(self, item: BatchItem) -> str:
        return pretty_json(item.faults)

    @admin.display(description="findings")
    def findings_shown(self, item: BatchItem) -> str:
        return pretty_json(item.findings)
