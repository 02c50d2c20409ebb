from __future__ import annotations

from django.contrib import admin

from accounts.admin.filters import TeamFilter
from config.admin.rows import MirrorAdmin, pretty_json
from dubbing.models import LinkCheck


@admin.register(LinkCheck)
class LinkCheckAdmin(MirrorAdmin):
    """What the desk found behind addresses; kept for some minutes, then looked at anew."""

    list_display = ("shown", "team", "asked_at", "checked_at", "error_code", "is_passing")
    list_select_related = ("team",)
    list_filter = (TeamFilter, "is_passing")
    search_fields = ("digest__exact",)
    search_ids = ("pk",)
    search_help_text = "SHA-256 of the address, or an id."
    fields = readonly_fields = (
        "shown",
        "team",
        "digest",
        "asked_by",
        "asked_at",
        "due_at",
        "lease_until",
        "checked_at",
        "told",
        "error_code",
        "error_message",
        "is_passing",
    )

    @admin.display(description="address")
    def shown(self, look: LinkCheck) -> str:
        """Without its query: what stands there often opens the door."""
        return look.address.partition("?")[0]

    @admin.display(description="what it told")
    def told(self, look: LinkCheck) -> str:
        return pretty_json(look.facts)
