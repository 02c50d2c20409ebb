"""The team's page, as the dubbing side completes it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.teams import TeamAdmin
from accounts.models import Team
from config.admin.commands import carry_out
from config.admin.links import list_link
from dubbing.models import Asset, Connection, OutboxMessage, Project
from dubbing.services.connections import connect_sandbox

admin.site.unregister(Team)


@admin.register(Team)
class ConnectedTeamAdmin(TeamAdmin):
    actions = ("connect_to_sandbox",)
    row_commands: ClassVar[tuple[str, ...]] = ("connect_to_sandbox",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not settings.SANDBOX:
            actions.pop("connect_to_sandbox", None)
        return actions

    def related_lists(self, team: Team) -> list[str]:
        lists = [
            list_link(Connection, "Connections", team=team.slug),
            list_link(Asset, "Videos", team=team.slug),
            list_link(OutboxMessage, "Messages", team=team.slug),
            list_link(Project, "Projects", team=team.slug),
        ]
        return [*super().related_lists(team), *lists]

    @admin.action(description="Connect to the sandbox", permissions=["command"])
    def connect_to_sandbox(self, request: HttpRequest, queryset: QuerySet[Team]) -> None:
        carry_out(self, request, queryset, service=connect_one, done="Connected to the sandbox")


def connect_one(team: Team) -> None:
    connect_sandbox(team=team)
