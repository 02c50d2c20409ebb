from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.admin.links import NONE
from config.admin.rows import MirrorAdmin


@admin.register(LogEntry)
class LogEntryAdmin(MirrorAdmin):
    """Who did what in the admin. What people do on the desk stands in each video's history."""

    list_display = ("action_time", "user", "verb", "content_type", "row", "told")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag", "content_type")
    search_fields = ("object_repr",)
    search_ids = ("object_id", "user_id")
    search_help_text = "The id of the row or of the person, or the row’s name."
    fields = ("action_time", "user", "verb", "content_type", "row", "told")
    readonly_fields = fields

    @admin.display(description="what")
    def verb(self, entry: LogEntry) -> str:
        return entry.get_action_flag_display()

    @admin.display(description="row")
    def row(self, entry: LogEntry) -> SafeString | str:
        url = entry.get_admin_url() if not entry.is_deletion() else None
        name = entry.object_repr or NONE
        return format_html('<a href="{}">{}</a>', url, name) if url else name

    @admin.display(description="how")
    def told(self, entry: LogEntry) -> str:
        return entry.get_change_message()
