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
from dubbing.models import SheetImport, SheetLine
from dubbing.states import WORKING_SHEETS

# A sheet of thousands of lines is through in less.
STUCK_AFTER = timedelta(minutes=15)


@admin.register(SheetImport)
class SheetImportAdmin(MirrorAdmin):
    list_display = ("name", "team", "state", "batch_link", "created_by", "created_at", "done")
    list_select_related = ("team", "batch", "created_by")
    list_filter = (TeamFilter, "state")
    search_fields = ("name",)
    search_ids = ("pk", "batch_id")
    search_window = 50_000
    search_help_text = "Name, or an id of the sheet or its batch."
    actions = ("go_on",)
    row_commands: ClassVar[tuple[str, ...]] = ("go_on",)
    fields = readonly_fields = (
        "name",
        "team",
        "state",
        "error_code",
        "error_message",
        "read_as",
        "columns",
        "blank_clears",
        "include_new",
        "counted",
        "done",
        "batch_link",
        "stored_as",
        "created_by",
        "created_by_key",
        "created_at",
        "mapped_at",
        "compared_at",
        "confirmed_by",
        "confirmed_by_key",
        "finished_at",
        "lease_until",
        "links",
    )

    def needs(self) -> list[Need]:
        stuck = SheetImport.objects.filter(
            state__in=WORKING_SHEETS, created_at__lt=timezone.now() - STUCK_AFTER
        )
        return [Need("Sheets at work for long", capped_count(stuck), list_url(SheetImport))]

    def commands_for(self, row: SheetImport) -> tuple[str, ...]:
        return self.row_commands if row.state in WORKING_SHEETS else ()

    @admin.display(description="new videos go to")
    def batch_link(self, sheet: SheetImport) -> SafeString | str:
        return row_link(sheet.batch)

    @admin.display(description="read as")
    def read_as(self, sheet: SheetImport) -> str:
        return pretty_json(sheet.reading)

    @admin.display(description="columns")
    def columns(self, sheet: SheetImport) -> str:
        return pretty_json(sheet.mapping)

    @admin.display(description="counted")
    def counted(self, sheet: SheetImport) -> str:
        return pretty_json(sheet.counts)

    @admin.display(description="stored as")
    def stored_as(self, sheet: SheetImport) -> str:
        return sheet.file.name or "–"

    @admin.display(description="its rows")
    def links(self, sheet: SheetImport) -> SafeString:
        return in_a_row([list_link(SheetLine, "Lines", sheet__id__exact=sheet.pk)])

    @admin.action(description="Go on with it now", permissions=["command"])
    def go_on(self, request: HttpRequest, queryset: QuerySet[SheetImport]) -> None:
        carry_out(self, request, queryset, service=go_on_with, done="A worker is woken")


def go_on_with(sheet: SheetImport) -> bool:
    if sheet.state not in WORKING_SHEETS:
        return False
    wake.after_commit(wake.SHEET, sheet.team_id, sheet.pk)
    return True


@admin.register(SheetLine)
class SheetLineAdmin(MirrorAdmin):
    list_display = ("number", "title", "sheet_link", "team", "verdict", "outcome", "asset_link")
    list_select_related = ("team", "sheet", "asset")
    list_filter = (TeamFilter, "verdict", "outcome")
    search_fields = ("title",)
    search_ids = ("pk", "sheet_id", "asset_id")
    search_window = 50_000
    search_help_text = "Title, or an id of the line, its sheet or its video."
    fields = readonly_fields = (
        "number",
        "title",
        "team",
        "sheet_link",
        "verdict",
        "asset_link",
        "given",
        "changed",
        "noted",
        "outcome",
        "outcome_message",
    )

    @admin.display(description="sheet")
    def sheet_link(self, line: SheetLine) -> SafeString | str:
        return row_link(line.sheet)

    @admin.display(description="video")
    def asset_link(self, line: SheetLine) -> SafeString | str:
        return row_link(line.asset)

    @admin.display(description="values of a new video")
    def given(self, line: SheetLine) -> str:
        return pretty_json(line.values)

    @admin.display(description="changes")
    def changed(self, line: SheetLine) -> str:
        return pretty_json(line.changes)

    @admin.display(description="notes")
    def noted(self, line: SheetLine) -> str:
        return pretty_json(line.notes)
