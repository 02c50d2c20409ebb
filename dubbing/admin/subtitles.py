from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter, when_set
from config.admin.links import row_link
from config.admin.rows import MirrorAdmin, pretty_json
from config.sizes import size_words
from dubbing.models import SubtitleFile

# A text of a megabyte belongs into a download, not onto a page.
SHOWN_CHARACTERS = 4_000


@admin.register(SubtitleFile)
class SubtitleFileAdmin(MirrorAdmin):
    list_display = (
        "name",
        "team",
        "batch_link",
        "item_link",
        "locale",
        "format",
        "matched_by_person",
        "created_at",
    )
    list_select_related = ("team", "batch", "item")
    list_filter = (TeamFilter, when_set("item_id", "place"), when_set("removed_at", "taken out"))
    search_fields = ("name",)
    search_ids = ("pk", "batch_id", "item_id")
    search_window = 50_000
    search_help_text = "Name, or an id of the file, its batch or its row."
    fields = readonly_fields = (
        "name",
        "team",
        "batch_link",
        "item_link",
        "locale",
        "reason",
        "matched_by_person",
        "format",
        "given_size",
        "found",
        "changed",
        "mends",
        "beginning",
        "removed_at",
        "created_at",
        "updated_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubtitleFile]:
        """Of a list, neither the bytes nor the text."""
        return super().get_queryset(request).defer("original", "text")

    @admin.display(description="batch")
    def batch_link(self, subtitle: SubtitleFile) -> SafeString | str:
        return row_link(subtitle.batch)

    @admin.display(description="row")
    def item_link(self, subtitle: SubtitleFile) -> SafeString | str:
        return row_link(subtitle.item)

    @admin.display(description="size as given")
    def given_size(self, subtitle: SubtitleFile) -> str:
        return size_words(len(subtitle.original))

    @admin.display(description="what the checks say")
    def found(self, subtitle: SubtitleFile) -> str:
        return pretty_json(subtitle.findings)

    @admin.display(description="what was changed on the way")
    def changed(self, subtitle: SubtitleFile) -> str:
        return "\n".join(subtitle.notes) or "–"

    @admin.display(description="its beginning")
    def beginning(self, subtitle: SubtitleFile) -> str:
        return subtitle.text[:SHOWN_CHARACTERS] or "–"
