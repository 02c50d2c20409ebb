"""What was heard and what changed: only ever read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.links import row_link
from config.admin.rows import MirrorAdmin, pretty_json
from dubbing.admin.rows import WORDS_OF_ASSET, OfAsset, in_a_row, lists_of
from dubbing.models import CallbackDelivery, IdempotentAnswer, StatusChange


@admin.register(CallbackDelivery)
class CallbackDeliveryAdmin(OfAsset, MirrorAdmin):
    list_display = ("raw_event", "asset_link", "team_link", "locale_code", "moved", "received_at")
    list_select_related = ("asset", "team")
    list_filter = (TeamFilter, "event", "moved")
    search_fields = ("version_remote_id__exact",)
    search_ids = ("pk", "asset_id")
    search_window = 50_000
    search_help_text = f"{WORDS_OF_ASSET}; else Panjaya’s id of a version, in the newest 50,000."
    fields = readonly_fields = (
        "raw_event",
        "event",
        "asset_link",
        "version_remote_id",
        "locale_code",
        "moved",
        "received_at",
        "said",
        "links",
    )

    @admin.display(description="the body")
    def said(self, delivery: CallbackDelivery) -> str:
        return pretty_json(delivery.body)

    @admin.display(description="its rows")
    def links(self, delivery: CallbackDelivery) -> SafeString:
        rows = lists_of(asset__id__exact=delivery.asset_id)
        return in_a_row([row_link(delivery.team), *rows])


@admin.register(StatusChange)
class StatusChangeAdmin(OfAsset, MirrorAdmin):
    list_display = ("at", "asset_link", "of", "before", "after", "note", "cause", "who")
    list_select_related = ("asset", "dubbing", "version", "actor", "actor_key")
    list_filter = (TeamFilter, "cause")
    search_fields = ("note",)
    search_ids = ("pk", "asset_id", "dubbing_id", "version_id")
    search_window = 50_000
    search_help_text = f"{WORDS_OF_ASSET}; else a word of the note, in the newest 50,000 changes."
    fields = readonly_fields = (
        "at",
        "asset_link",
        "dubbing_link",
        "version_link",
        "before",
        "after",
        "note",
        "cause",
        "actor",
        "actor_key",
        "links",
    )

    @admin.display(description="of")
    def of(self, change: StatusChange) -> SafeString | str:
        if change.version and change.dubbing:
            words = f"{change.dubbing.locale_id} · {change.version.number}"
            return row_link(change.version, words)
        return self.dubbing_link(change)

    @admin.display(description="who")
    def who(self, change: StatusChange) -> str:
        return str(change.actor or change.actor_key or "–")

    @admin.display(description="its rows")
    def links(self, change: StatusChange) -> SafeString:
        return in_a_row([row_link(change.team), *lists_of(asset__id__exact=change.asset_id)])


@admin.register(IdempotentAnswer)
class IdempotentAnswerAdmin(MirrorAdmin):
    list_display = ("key", "team_link", "api_key", "status_code", "created_at")
    list_select_related = ("team", "api_key")
    list_filter = (TeamFilter, "status_code")
    search_fields = ("key__exact",)
    search_ids = ("pk", "api_key_id")
    search_help_text = "The whole key, or an id."
    fields = readonly_fields = (
        "key",
        "team_link",
        "api_key",
        "request_hash",
        "status_code",
        "answer",
        "created_at",
    )

    def exact_matches(self, term: str) -> Q | None:
        return Q(key=term)

    @admin.display(description="team")
    def team_link(self, answer: IdempotentAnswer) -> SafeString | str:
        return row_link(answer.team)

    @admin.display(description="what was answered")
    def answer(self, answer: IdempotentAnswer) -> str:
        return pretty_json(answer.body)
