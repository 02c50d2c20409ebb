"""How long Panjaya usually takes, and what was refused at the door: only ever read."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.links import row_link
from config.admin.rows import MirrorAdmin
from dubbing.models import RefusedCallbacks, UsualTime
from dubbing.states import ENOUGH_RUNS, LENGTHS


@admin.register(UsualTime)
class UsualTimeAdmin(MirrorAdmin):
    list_display = ("step", "of", "lips_model", "length", "usually", "slow", "samples", "team_link")
    list_select_related = ("team",)
    list_filter = (TeamFilter, "step", "lips_model")
    search_fields = ("locale__exact",)
    search_ids = ("pk",)
    search_help_text = f"A language’s tag. It counts from {ENOUGH_RUNS} runs on."
    fields = readonly_fields = (
        "step",
        "of",
        "lips_model",
        "length",
        "usually",
        "four_of_five",
        "slow",
        "samples",
        "latest",
        "learnt_at",
        "team_link",
    )

    @admin.display(description="language")
    def of(self, usual: UsualTime) -> str:
        return usual.locale or "all together"

    @admin.display(description="videos")
    def length(self, usual: UsualTime) -> str:
        if usual.length_group >= len(LENGTHS):
            return f"longer than {LENGTHS[-1] // 60} min"
        return f"up to {LENGTHS[usual.length_group] // 60} min"

    @admin.display(description="usually")
    def usually(self, usual: UsualTime) -> timedelta:
        return _whole(usual.median_seconds)

    @admin.display(description="four of five within")
    def four_of_five(self, usual: UsualTime) -> timedelta:
        return _whole(usual.p80_seconds)

    @admin.display(description="slow after")
    def slow(self, usual: UsualTime) -> timedelta:
        return _whole(usual.slow_seconds)

    @admin.display(description="latest runs")
    def latest(self, usual: UsualTime) -> str:
        return ", ".join(str(_whole(seconds)) for seconds in reversed(usual.recent))

    @admin.display(description="team")
    def team_link(self, usual: UsualTime) -> SafeString | str:
        return row_link(usual.team)


@admin.register(RefusedCallbacks)
class RefusedCallbacksAdmin(MirrorAdmin):
    list_display = ("hour", "count", "reason", "last_at", "team_link")
    list_select_related = ("team",)
    list_filter = (TeamFilter,)
    search_fields = ("reason",)
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "A word of the reason, in the newest 50,000 hours."
    fields = readonly_fields = ("hour", "count", "reason", "last_at", "team_link")

    @admin.display(description="team")
    def team_link(self, refused: RefusedCallbacks) -> SafeString | str:
        return row_link(refused.team)


def _whole(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))
