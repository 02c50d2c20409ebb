"""Notes on dubs: only ever read here; they are written beside the film."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter, when_set
from config.admin.links import row_link
from config.admin.rows import MirrorAdmin
from dubbing.admin.rows import WORDS_OF_ASSET, OfAsset, in_a_row, lists_of
from dubbing.models import Note


@admin.register(Note)
class NoteAdmin(OfAsset, MirrorAdmin):
    list_display = ("beginning", "asset_link", "team_link", "who", "at_seconds", "created_at")
    list_select_related = ("asset", "team", "author", "author_key")
    list_filter = (TeamFilter, when_set("resolved_at", "resolved"))
    search_fields = ("text",)
    search_ids = ("pk", "asset_id", "dubbing_id", "version_id")
    search_window = 50_000
    search_help_text = f"{WORDS_OF_ASSET}; else a word of it, in the newest 50,000 notes."
    fields = readonly_fields = (
        "asset_link",
        "dubbing_link",
        "version_link",
        "at_seconds",
        "text",
        "who",
        "created_at",
        "edited_at",
        "resolved_at",
        "resolved_by",
        "links",
    )

    @admin.display(description="note")
    def beginning(self, note: Note) -> str:
        return note.text[:80]

    @admin.display(description="who")
    def who(self, note: Note) -> str:
        return str(note.author or note.author_key or "–")

    @admin.display(description="its rows")
    def links(self, note: Note) -> SafeString:
        return in_a_row([row_link(note.team), *lists_of(asset__id__exact=note.asset_id)])
