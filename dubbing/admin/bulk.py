from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.commands import carry_out
from config.admin.counting import capped_count
from config.admin.links import list_link, list_url, row_link
from config.admin.rows import MirrorAdmin, Need, pretty_json
from dubbing import wake
from dubbing.admin.rows import in_a_row
from dubbing.models import BulkAction, BulkRow
from dubbing.states import WORKING_BULK, BulkState

# Ten thousand rows take a worker about half a minute.
STUCK_AFTER = timedelta(minutes=10)


@admin.register(BulkAction)
class BulkActionAdmin(MirrorAdmin):
    list_display = ("__str__", "team", "state", "created_by", "created_at", "finished_at")
    list_select_related = ("team", "created_by")
    list_filter = (TeamFilter, "verb", "state")
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "An id."
    actions = ("go_on",)
    row_commands: ClassVar[tuple[str, ...]] = ("go_on",)
    fields = readonly_fields = (
        "verb",
        "team",
        "state",
        "values_shown",
        "total",
        "done",
        "created_by",
        "created_by_key",
        "created_at",
        "begun_at",
        "finished_at",
        "undone_by",
        "undone_by_key",
        "undone_at",
        "lease_until",
        "submission",
        "links",
    )

    def needs(self) -> list[Need]:
        before = timezone.now() - STUCK_AFTER
        stuck = BulkAction.objects.filter(state=BulkState.WORKING, begun_at__lt=before)
        url = list_url(BulkAction, state__exact=BulkState.WORKING.value)
        return [Need("Bulk actions that have been at work for long", capped_count(stuck), url)]

    def commands_for(self, row: BulkAction) -> tuple[str, ...]:
        return self.row_commands if row.state in WORKING_BULK else ()

    @admin.display(description="values")
    def values_shown(self, action: BulkAction) -> str:
        return pretty_json(action.values)

    @admin.display(description="its rows")
    def links(self, action: BulkAction) -> SafeString:
        return in_a_row([list_link(BulkRow, "Rows", action__id__exact=action.pk)])

    @admin.action(description="Go on with it now", permissions=["command"])
    def go_on(self, request: HttpRequest, queryset: QuerySet[BulkAction]) -> None:
        carry_out(self, request, queryset, service=wake_one, done="A worker is woken")


def wake_one(action: BulkAction) -> bool:
    if action.state not in WORKING_BULK:
        return False
    wake.after_commit(wake.BULK, action.team_id, action.pk)
    return True


@admin.register(BulkRow)
class BulkRowAdmin(MirrorAdmin):
    list_display = ("__str__", "action_link", "team", "outcome", "asset_link", "reason")
    list_select_related = ("team", "action", "asset", "dubbing__asset")
    list_filter = (TeamFilter, "outcome")
    search_ids = ("action_id", "asset_id", "dubbing_id", "message_id")
    search_window = 50_000
    search_help_text = "An id of the action, the video, the dub or the command."
    fields = readonly_fields = (
        "action_link",
        "team",
        "asset_link",
        "dubbing",
        "seen_stage",
        "seen_revision",
        "outcome",
        "reason",
        "before_shown",
        "message",
    )

    @admin.display(description="bulk action")
    def action_link(self, row: BulkRow) -> SafeString | str:
        return row_link(row.action)

    @admin.display(description="video")
    def asset_link(self, row: BulkRow) -> SafeString | str:
        return row_link(row.asset)

    @admin.display(description="before")
    def before_shown(self, row: BulkRow) -> str:
        return pretty_json(row.before)
