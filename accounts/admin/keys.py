from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from accounts.admin.filters import TeamFilter, when_set
from accounts.models import KEY_MARK, ApiKey, Team, User
from accounts.roles import Role
from accounts.services.keys import create_api_key, revoke_api_key
from config.admin.commands import carry_out
from config.admin.links import row_link
from config.admin.rows import DeskAdmin


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    # Not named “team”: a row never changes its own, so the model keeps that field to itself.
    for_team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.all(),
        widget=AutocompleteSelect(ApiKey._meta.get_field("team"), admin.site),
    )

    class Meta:
        model = ApiKey
        fields = ("name", "role", "expires_at")

    def clean_expires_at(self) -> Any:
        moment = self.cleaned_data["expires_at"]
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError("This moment has passed already.", code="past")
        return moment


@admin.register(ApiKey)
class ApiKeyAdmin(DeskAdmin):
    """Made once, its token shown once; afterwards a key can only be revoked."""

    form = ApiKeyForm
    list_display = ("name", "begins_with", "team_link", "role", "usable", "last_used_at")
    list_select_related = ("team",)
    list_filter = (TeamFilter, "role", when_set("revoked_at", "revoked"))
    search_fields = ("name",)
    search_window = 50_000
    search_help_text = "A name, the beginning of a token (dd_…), or an id."
    actions = ("revoke",)
    row_commands: ClassVar[tuple[str, ...]] = ("revoke",)
    fields = (
        "name",
        "begins_with",
        "team_link",
        "role",
        "usable",
        "created_by",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("for_team", "name", "role", "expires_at")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.fields if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def exact_matches(self, term: str) -> Q | None:
        mark, _, rest = term.partition("_")
        return Q(prefix=rest.partition("_")[0]) if mark == KEY_MARK and rest else Q(prefix=term)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        key, token = create_api_key(
            team=form.cleaned_data["for_team"],
            name=obj.name,
            role=Role(obj.role),
            created_by=cast(User, request.user),
            expires_at=obj.expires_at,
        )
        obj.pk, obj.team, obj.prefix = key.pk, key.team, key.prefix
        text = format_html(
            "Copy the key now, it is not shown again: <code class='desk-token'>{}</code>", token
        )
        self.message_user(request, text, messages.WARNING)

    def commands_for(self, row: ApiKey) -> tuple[str, ...]:
        return () if row.revoked_at else self.row_commands

    @admin.display(description="begins with")
    def begins_with(self, key: ApiKey) -> str:
        return f"{KEY_MARK}_{key.prefix}_…"

    @admin.display(description="team")
    def team_link(self, key: ApiKey) -> str:
        return row_link(key.team)

    @admin.display(description="usable", boolean=True)
    def usable(self, key: ApiKey) -> bool:
        return key.is_usable

    @admin.action(description="Revoke", permissions=["command"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        def revoke_one(key: ApiKey) -> bool:
            if key.revoked_at is not None:
                return False
            revoke_api_key(key=key)
            return True

        carry_out(self, request, queryset, service=revoke_one, done="Revoked")
