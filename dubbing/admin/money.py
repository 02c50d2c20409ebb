"""The team's own figures. Rates are entered anew, never changed; the ledger is only read."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from accounts.models import Team
from config.admin.forms import ServiceAdmin, ServiceForm
from config.admin.links import list_link, row_link
from config.admin.rows import MirrorAdmin
from dubbing.admin.rows import WORDS_OF_ASSET, OfAsset
from dubbing.models import MonthTotal, RateCard, SpendEntry
from dubbing.services.actors import Actor
from dubbing.services.money import change_rates

RATES = ("currency", "per_minute", "per_minute_fast", "rounding", "monthly_ceiling")


class RateCardForm(ServiceForm):
    for_team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.all(),
        widget=AutocompleteSelect(RateCard._meta.get_field("team"), admin.site),
    )

    class Meta:
        model = RateCard
        fields = RATES

    def team_id(self) -> uuid.UUID:
        team_id: uuid.UUID = self.cleaned_data["for_team"].pk
        return team_id

    def carry_out(self, values: dict[str, Any]) -> None:
        rates = {name: values[name] for name in RATES}
        self.instance = change_rates(team=values["for_team"], actor=Actor(user=self.user), **rates)


@admin.register(RateCard)
class RateCardAdmin(ServiceAdmin):
    """A new one counts for what is sent from then on."""

    form = RateCardForm
    list_display = ("created_at", "team_link", *RATES, "created_by")
    list_select_related = ("team", "created_by")
    list_filter = (TeamFilter,)
    search_fields = ("currency__exact",)
    search_ids = ("pk", "team_id")
    search_help_text = "An id of ours, or of the team; else a currency."
    shown = ("team_link", *RATES, "created_by", "created_at", "links")

    def get_fields(self, request: HttpRequest, obj: RateCard | None = None) -> Any:
        return self.shown if obj else ("for_team", *RATES)

    def get_readonly_fields(self, request: HttpRequest, obj: RateCard | None = None) -> Any:
        return self.shown if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="team")
    def team_link(self, card: RateCard) -> SafeString | str:
        return row_link(card.team)

    @admin.display(description="its rows")
    def links(self, card: RateCard) -> SafeString:
        return list_link(SpendEntry, "Every dub of the team", team=card.team.slug)


@admin.register(MonthTotal)
class MonthTotalAdmin(MirrorAdmin):
    list_display = ("month", "team_link", "amount", "currency", "minutes", "told_at")
    list_select_related = ("team",)
    list_filter = (TeamFilter, "month")
    search_fields = ("currency__exact",)
    search_ids = ("pk", "team_id")
    search_help_text = "An id of ours, or of the team; else a currency."
    fields = readonly_fields = (
        "month",
        "team_link",
        "currency",
        "amount",
        "minutes",
        "tell_due_at",
        "told_at",
        "links",
    )

    @admin.display(description="team")
    def team_link(self, total: MonthTotal) -> SafeString | str:
        return row_link(total.team)

    @admin.display(description="its rows")
    def links(self, total: MonthTotal) -> SafeString:
        asked = {"team": total.team.slug, "month__exact": total.month.isoformat()}
        return list_link(SpendEntry, "Every dub of the month", **asked)


@admin.register(SpendEntry)
class SpendEntryAdmin(OfAsset, MirrorAdmin):
    list_display = (
        "created_at",
        "asset_link",
        "dubbing_link",
        "team_link",
        "state",
        "month",
        "minutes",
        "rate",
        "amount",
        "currency",
    )
    list_select_related = ("asset", "dubbing", "team")
    list_filter = (TeamFilter, "state")
    search_fields = ("currency__exact",)
    search_ids = ("pk", "asset_id", "dubbing_id", "message_id")
    search_window = 50_000
    search_help_text = f"{WORDS_OF_ASSET}; else a currency, in the newest 50,000 lines."
    fields = readonly_fields = (
        "asset_link",
        "dubbing_link",
        "team_link",
        "message_link",
        "state",
        "month",
        "minutes",
        "rate",
        "rounding",
        "amount",
        "currency",
        "created_by",
        "created_by_key",
        "created_at",
    )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "month__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="command")
    def message_link(self, line: SpendEntry) -> SafeString | str:
        return row_link(line.message) if line.message_id else "–"
