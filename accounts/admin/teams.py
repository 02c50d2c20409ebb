from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter, when_set
from accounts.models import ApiKey, Invitation, Membership, Team, User
from accounts.roles import Role
from accounts.services.invitations import revoke_invitation
from accounts.services.members import change_role, remove_member
from config.admin.commands import carry_out
from config.admin.links import list_link, row_link
from config.admin.rows import DeskAdmin, MirrorAdmin


class MembershipFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The whole team as it will be: one owner may hand over to another in a single save."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if self._is_kept(form)]
        had_owner = any(form.initial.get("role") == Role.OWNER for form in self.initial_forms)
        if (kept or had_owner) and not any(data["role"] == Role.OWNER for data in kept):
            raise ValidationError("A team keeps at least one owner.", code="last_owner")

    def _is_kept(self, form: Any) -> bool:
        return bool(form.cleaned_data.get("user")) and not form.cleaned_data.get("DELETE")


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    formset = MembershipFormSet
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)
    autocomplete_fields = ("user",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "team")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields


@admin.register(Team)
class TeamAdmin(DeskAdmin):
    inlines = (MembershipInline,)
    list_display = ("name", "slug", "created_at")
    search_fields = ("slug__startswith", "name__icontains")
    search_help_text = "A part of the name, or an id."
    ordering: ClassVar[tuple[str, ...]] = ("name", "pk")
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ("name",)}
    fields = ("name", "slug", "created_at", "links")
    readonly_fields = ("created_at", "links")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its films and their history would go with it."""
        return False

    def get_fields(self, request: HttpRequest, obj: Team | None = None) -> Any:
        return self.fields if obj else ("name", "slug")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Team | None = None) -> Any:
        # A team that is known by its short name keeps it when it is renamed.
        return {} if obj else self.prepopulated_fields

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New owners first: so no step in between leaves the team without one."""
        formset.save(commit=False)
        # Staff need not be members: they give roles as an owner does.
        giver = Membership(team=form.instance, user=cast(User, request.user), role=Role.OWNER)
        for membership in formset.new_objects:
            membership.save()
        for membership in owners_first(row for row, _names in formset.changed_objects):
            change_role(membership=membership, role=Role(membership.role), changed_by=giver)
        for membership in formset.deleted_objects:
            remove_member(membership=membership)

    def related_lists(self, team: Team) -> list[str]:
        return [
            list_link(ApiKey, "API keys", team=team.slug),
            list_link(Invitation, "Invitations", team=team.slug),
            list_link(Membership, "Members", team=team.slug),
        ]

    @admin.display(description="its rows")
    def links(self, team: Team) -> SafeString:
        return format_html_join(" · ", "{}", ((link,) for link in self.related_lists(team)))


def owners_first(rows: Iterable[Membership]) -> list[Membership]:
    return sorted(rows, key=lambda row: row.role != Role.OWNER)


@admin.register(Membership)
class MembershipAdmin(MirrorAdmin):
    """To find people by; a role is changed on the team's page."""

    list_display = ("user_link", "team_link", "role", "created_at")
    list_select_related = ("user", "team")
    list_display_links = None
    list_filter = (TeamFilter, "role")
    search_fields = ("user__email__startswith", "user__name__icontains")
    search_ids = ("pk", "user_id", "team_id")
    search_help_text = "The beginning of an e-mail address, a part of a name, or an id."
    fields = readonly_fields = ("user", "team", "role", "created_at")
    actions = ("remove",)
    row_commands: ClassVar[tuple[str, ...]] = ("remove",)

    @admin.display(description="person")
    def user_link(self, membership: Membership) -> str:
        return row_link(membership.user, membership.user.email)

    @admin.display(description="team")
    def team_link(self, membership: Membership) -> str:
        return row_link(membership.team)

    @admin.action(description="Remove from the team", permissions=["command"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        rows = queryset.select_related("user", "team")
        carry_out(self, request, rows, service=remove_one, done="Removed from the team")


def remove_one(membership: Membership) -> None:
    remove_member(membership=membership)


@admin.register(Invitation)
class InvitationAdmin(MirrorAdmin):
    """Sent from the team's own page, where the one-time link is shown."""

    list_display = ("email", "team_link", "role", "is_open", "invited_by", "expires_at")
    list_select_related = ("team", "invited_by")
    list_filter = (
        TeamFilter,
        "role",
        when_set("accepted_at", "accepted"),
        when_set("revoked_at", "withdrawn"),
    )
    search_fields = ("email__startswith",)
    search_help_text = "The beginning of an e-mail address, or an id."
    search_window = 50_000
    fields = readonly_fields = (
        "email",
        "team_link",
        "role",
        "is_open",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    actions = ("withdraw",)
    row_commands: ClassVar[tuple[str, ...]] = ("withdraw",)

    def exact_matches(self, term: str) -> Q | None:
        return Q(email=term.lower())

    def commands_for(self, row: Invitation) -> tuple[str, ...]:
        return self.row_commands if row.is_open else ()

    @admin.display(description="open", boolean=True)
    def is_open(self, invitation: Invitation) -> bool:
        return invitation.is_open

    @admin.display(description="team")
    def team_link(self, invitation: Invitation) -> str:
        return row_link(invitation.team)

    @admin.action(description="Withdraw", permissions=["command"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        def withdraw_one(invitation: Invitation) -> bool:
            if not invitation.is_open:
                return False
            revoke_invitation(invitation=invitation)
            return True

        carry_out(self, request, queryset, service=withdraw_one, done="Withdrawn")
