from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from accounts.models import User
from config.admin.commands import carry_out
from config.admin.links import list_url, row_link
from config.admin.rows import DeskAdmin, Need
from dubbing.models import InstallationBrake, SendingBrake, SendingLane
from dubbing.services.brakes import (
    pause_installation,
    pause_team,
    resume_installation,
    resume_team,
)
from dubbing.services.lanes import is_rejected, resume_lane

PAUSED_HERE = "Paused in the admin"


class NotMadeByHand(DeskAdmin):
    """Rows that come to be when they are needed, and stay."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(InstallationBrake)
class InstallationBrakeAdmin(NotMadeByHand):
    list_display = ("__str__", "paused_at", "paused_by", "reason")
    list_filter = (("paused_at", admin.EmptyFieldListFilter),)
    search_fields = ("reason", "paused_by__email", "paused_by__name")
    search_help_text = "A word of the reason, or who stopped it"
    readonly_fields = fields = ("paused_at", "paused_by", "reason")
    actions = ("pause", "resume")
    row_commands: ClassVar[tuple[str, ...]] = ("pause", "resume")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstallationBrake]:
        InstallationBrake.objects.get_or_create(pk=InstallationBrake.ONLY)
        return super().get_queryset(request)

    def needs(self) -> list[Need]:
        paused = InstallationBrake.objects.exclude(paused_at=None).count()
        return [Need("brake stops every team", paused, list_url(InstallationBrake))]

    @admin.action(description="Pause sending for every team", permissions=["command"])
    def pause(self, request: HttpRequest, queryset: QuerySet[InstallationBrake]) -> None:
        pause_installation(by=cast(User, request.user), reason=PAUSED_HERE)
        self._tell(request, queryset, "Sending is paused for every team.")

    @admin.action(description="Go on sending", permissions=["command"])
    def resume(self, request: HttpRequest, queryset: QuerySet[InstallationBrake]) -> None:
        resume_installation()
        self._tell(request, queryset, "Sending goes on. Teams that paused themselves stay so.")

    def _tell(
        self, request: HttpRequest, queryset: QuerySet[InstallationBrake], words: str
    ) -> None:
        for row in queryset:
            self.log_change(request, row, words)
        self.message_user(request, words)


@admin.register(SendingBrake)
class SendingBrakeAdmin(NotMadeByHand):
    list_display = ("team_link", "paused_at", "paused_by", "reason", "delay_seconds")
    list_display_links = ("paused_at",)
    list_select_related = ("team", "paused_by")
    list_filter = (TeamFilter,)
    search_fields = ("reason",)
    search_help_text = "A word of the reason"
    fields = ("team_link", "delay_seconds", "paused_at", "paused_by", "reason")
    readonly_fields = ("team_link", "paused_at", "paused_by", "reason")
    actions = ("pause", "resume")
    row_commands: ClassVar[tuple[str, ...]] = ("pause", "resume")

    @admin.display(description="team")
    def team_link(self, row: SendingBrake) -> SafeString | str:
        return row_link(row.team)

    @admin.action(description="Pause sending", permissions=["command"])
    def pause(self, request: HttpRequest, queryset: QuerySet[SendingBrake]) -> None:
        def stop(row: SendingBrake) -> None:
            pause_team(team=row.team, by=cast(User, request.user), reason=PAUSED_HERE)

        carry_out(self, request, queryset, service=stop, done="Paused")

    @admin.action(description="Go on sending", permissions=["command"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SendingBrake]) -> None:
        def go_on(row: SendingBrake) -> None:
            resume_team(team=row.team)

        carry_out(self, request, queryset, service=go_on, done="Going on")


@admin.register(SendingLane)
class SendingLaneAdmin(NotMadeByHand):
    list_display = ("connection", "team_link", "held_until", "down_since", "key_is_refused")
    list_select_related = ("connection", "team")
    list_filter = (TeamFilter,)
    search_fields = ("rejected_reason",)
    search_help_text = "A word of the reason why the key was refused"
    fields = (
        "connection",
        "team_link",
        "at_once",
        "per_minute",
        "tokens",
        "held_until",
        "outages",
        "down_since",
        "probe_at",
        "rejected_at",
        "rejected_reason",
    )
    readonly_fields = tuple(name for name in fields if name not in ("at_once", "per_minute"))
    actions = ("resume",)
    row_commands: ClassVar[tuple[str, ...]] = ("resume",)

    @admin.display(description="team")
    def team_link(self, row: SendingLane) -> SafeString | str:
        return row_link(row.team)

    @admin.display(description="key refused", boolean=True)
    def key_is_refused(self, row: SendingLane) -> bool:
        return is_rejected(row, row.connection)

    @admin.action(description="Try again now", permissions=["command"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SendingLane]) -> None:
        def go_on(row: SendingLane) -> None:
            resume_lane(connection=row.connection)

        rows = queryset.select_related("connection")
        carry_out(self, request, rows, service=go_on, done="Tried again")
