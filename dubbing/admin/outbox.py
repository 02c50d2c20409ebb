from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.admin.filters import TeamFilter, when_set
from config.admin.commands import MOST_ROWS, carry_out
from config.admin.counting import capped_count
from config.admin.links import list_url, row_link
from config.admin.rows import MirrorAdmin, Need, pretty_json
from dubbing.admin.rows import WORDS_OF_ASSET, OfAsset, actor_of, in_a_row, lists_of
from dubbing.models import OutboxMessage
from dubbing.services.outbox import retry_message
from dubbing.services.releases import release_messages
from dubbing.states import Kind, MessageState

NEEDS = {
    MessageState.REFUSED: "Messages refused",
    MessageState.UNCONFIRMED: "Messages with an unknown outcome",
}
COMMANDS = {
    MessageState.REFUSED: ("send_again",),
    MessageState.UNCONFIRMED: ("send_again_unconfirmed",),
}
WARNING = (
    "Nobody knows whether Panjaya has these. Look there first: what did arrive and is sent again "
    "may be made and paid for twice."
)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OfAsset, MirrorAdmin):
    list_display = (
        "what",
        "asset_link",
        "team_link",
        "state",
        "attempts",
        "status_code",
        "sent_at",
        "reason",
    )
    list_select_related = ("asset", "team", "version__dubbing")
    list_filter = (TeamFilter, "state", "kind", when_set("held_at", "held"))
    search_fields = ("error_message",)
    search_ids = ("pk", "asset_id", "version_id")
    search_window = 50_000
    search_help_text = (
        f"{WORDS_OF_ASSET}; else a word of the reason, in the newest 50,000 messages."
    )
    actions = ("send_again", "send_again_unconfirmed", "release")
    row_commands: ClassVar[tuple[str, ...]] = actions
    fields = readonly_fields = (
        "what",
        "asset_link",
        "version_link",
        "state",
        "status_code",
        "error_message",
        "attempts",
        "due_at",
        "held_at",
        "lease_until",
        "sent_at",
        "settled_at",
        "actor",
        "actor_key",
        "told",
        "links",
        "created_at",
    )

    def needs(self) -> list[Need]:
        return [
            Need(
                words,
                capped_count(OutboxMessage.objects.filter(state=state)),
                list_url(OutboxMessage, state__exact=state.value),
            )
            for state, words in NEEDS.items()
        ]

    def commands_for(self, row: OutboxMessage) -> tuple[str, ...]:
        if row.state == MessageState.WAITING and row.held_at is not None:
            return ("release",)
        return COMMANDS.get(MessageState(row.state), ())

    @admin.display(description="what")
    def what(self, message: OutboxMessage) -> str:
        of = f" · {message.version.dubbing.locale_id}" if message.version else ""
        return Kind(message.kind).label + of

    @admin.display(description="reason")
    def reason(self, message: OutboxMessage) -> str:
        return Truncator(message.error_message).chars(90)

    @admin.display(description="besides")
    def told(self, message: OutboxMessage) -> str:
        return pretty_json(message.payload)

    @admin.display(description="its rows")
    def links(self, message: OutboxMessage) -> SafeString:
        rows = lists_of(asset__id__exact=message.asset_id)
        return in_a_row([row_link(message.team), *rows])

    @admin.action(description="Send again what was refused", permissions=["command"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        self._send(request, queryset, MessageState.REFUSED)

    @admin.action(description="Send again: it did not arrive", permissions=["command"])
    def send_again_unconfirmed(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessage]
    ) -> HttpResponse | None:
        """Asks first: only a person can know, and a wrong guess is paid for."""
        unknown = queryset.filter(state=MessageState.UNCONFIRMED)
        if request.POST.get("confirmed") or not unknown.exists():
            self._send(request, queryset, MessageState.UNCONFIRMED)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Send again?",
            "opts": self.opts,
            "rows": list(unknown.select_related("asset")[:MOST_ROWS]),
            "action": "send_again_unconfirmed",
            "warning": WARNING,
            "button": "They did not arrive: send again",
            "back": list_url(OutboxMessage, state__exact=MessageState.UNCONFIRMED.value),
        }
        return TemplateResponse(request, "admin/desk/confirm.html", context)

    @admin.action(description="Release above the month’s ceiling", permissions=["command"])
    def release(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        def let_go(message: OutboxMessage) -> bool:
            return release_messages(messages=[message], actor=actor_of(request)) > 0

        rows = queryset.select_related("asset", "version__dubbing")
        carry_out(self, request, rows, service=let_go, done="Released")

    def _send(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessage], state: MessageState
    ) -> None:
        def send(message: OutboxMessage) -> bool:
            if message.state != state:
                return False
            retry_message(message=message, actor=actor_of(request))
            return True

        rows = queryset.select_related("asset", "version__dubbing")
        carry_out(self, request, rows, service=send, done="Sent again")
