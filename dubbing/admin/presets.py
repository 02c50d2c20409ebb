from __future__ import annotations

from django.contrib import admin

from accounts.admin.filters import TeamFilter
from config.admin.rows import MirrorAdmin, pretty_json
from dubbing.models import LanguageSet, Preset


@admin.register(Preset)
class PresetAdmin(MirrorAdmin):
    list_display = ("name", "team", "created_by", "updated_at")
    list_select_related = ("team", "created_by")
    list_filter = (TeamFilter,)
    search_fields = ("name",)
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "Name or id."
    fields = readonly_fields = (
        "name",
        "team",
        "fills_in",
        "created_by",
        "created_at",
        "updated_at",
    )

    @admin.display(description="fills in")
    def fills_in(self, preset: Preset) -> str:
        return pretty_json(preset.settings)


@admin.register(LanguageSet)
class LanguageSetAdmin(MirrorAdmin):
    list_display = ("name", "team", "locales", "created_at")
    list_select_related = ("team",)
    list_filter = (TeamFilter,)
    search_fields = ("name",)
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "Name or id."
    fields = readonly_fields = ("name", "team", "locales", "created_at")
