from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_protect

from accounts.admin.filters import TeamFilter
from accounts.models import Team
from accounts.sealing import SealError
from config.admin.commands import carry_out
from config.admin.forms import ServiceAdmin, ServiceForm
from config.admin.links import list_link, row_link
from config.admin.rows import DeskAdmin
from dubbing.models import Asset, Connection, Locale
from dubbing.services.absences import forget_absences
from dubbing.services.assumptions import report_assumptions
from dubbing.services.connections import check_connection, save_connection
from dubbing.services.profiles import ProfileUnusableError, list_spellings, preview_requests
from dubbing.services.reachability import why_no_callbacks


class ConnectionForm(ServiceForm):
    # Not named “team”: a row never changes its own, so the model keeps that field to itself.
    for_team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.all(),
        widget=AutocompleteSelect(Connection._meta.get_field("team"), admin.site),
    )
    base_url = forms.URLField(
        label="Base address",
        assume_scheme="https",
        initial=Connection._meta.get_field("base_url").default,
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    key = forms.CharField(
        required=False,
        strip=True,
        max_length=500,
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "new-password"}),
        help_text="Kept sealed and never shown again. Left blank, the key that is there stays.",
    )

    profile = forms.JSONField(
        label="Wire profile",
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 90, "spellcheck": "false"}),
        help_text="Only what differs from this desk’s own guess, as JSON, such as "
        '{"writes": {"locale": "source_locale"}, "reads": {"dubbings": ["tracks"]}}. Every '
        "setting with its present spelling stands below. “Save and continue editing” shows what "
        "would be sent; it sends nothing that is paid for.",
    )

    in_transaction = False

    class Meta:
        model = Connection
        fields = ("name", "public_keys", "is_current", "looks_per_minute")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("base_url", self.instance.base_url)
        self.initial.setdefault("profile", self.instance.profile)
        self.fields["public_keys"].required = False
        self.fields["looks_per_minute"].required = False
        self.fields["public_keys"].help_text = (
            "PEM, one or several: callbacks signed with any of them are believed. Left blank: the "
            "one that Panjaya publishes, or the sandbox’s own."
        )
        if not self.instance._state.adding:
            # A row never changes its team.
            self.fields.pop("for_team", None)

    def team_id(self) -> uuid.UUID:
        if self.instance._state.adding:
            self.instance.team = self.cleaned_data["for_team"]
        return super().team_id()

    def carry_out(self, values: dict[str, Any]) -> None:
        self.instance.name, self.instance.base_url = values["name"], values["base_url"]
        if values["looks_per_minute"]:
            self.instance.looks_per_minute = values["looks_per_minute"]
        self.instance.profile = {} if values["profile"] is None else values["profile"]
        save_connection(
            connection=self.instance,
            key=values["key"] or None,
            public_keys=values["public_keys"],
            make_current=values["is_current"],
        )


def _check(connection: Connection) -> None:
    check_connection(connection=connection)


def _try_again(connection: Connection) -> bool:
    return forget_absences(connection=connection) > 0


@admin.register(Connection)
class ConnectionAdmin(ServiceAdmin):
    form = ConnectionForm
    list_display = (
        "name",
        "team_link",
        "base_url",
        "key_ends_in",
        "check_result",
        "checked_at",
        "is_current",
        "is_sandbox",
    )
    list_select_related = ("team",)
    list_filter = (TeamFilter, "is_current", "is_sandbox", "check_result")
    search_fields = ("name", "base_url")
    search_help_text = "A part of the name or address, or an id."
    shown = (
        "findings",
        "preview",
        "spellings",
        "team_link",
        "key_ends_in",
        "key_state",
        "check_result",
        "check_detail",
        "checked_at",
        "verified_at",
        "callbacks",
        "is_sandbox",
        "links",
        "created_at",
    )
    actions = ("check_engine", "try_calls_again")
    row_commands: ClassVar[tuple[str, ...]] = ("check_engine", "try_calls_again")

    def get_fields(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        keys = ("name", "base_url", "key", "public_keys")
        typed = (*keys, "is_current", "looks_per_minute", "profile")
        return (*typed, *self.shown) if obj else ("for_team", *typed)

    def get_readonly_fields(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        return self.shown if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Old videos stay with the connection they went by."""
        return False

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Without the transaction that Django's own opens: the key is tried meanwhile, and an
        engine that takes its time would keep rows locked."""
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    @admin.action(description="Check by free looks", permissions=["command"])
    def check_engine(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        carry_out(self, request, queryset, service=_check, done="Checked")

    @admin.action(description="Try absent calls again", permissions=["command"])
    def try_calls_again(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        carry_out(self, request, queryset, service=_try_again, done="Tried on the next press")

    @admin.display(description="team")
    def team_link(self, connection: Connection) -> SafeString | str:
        return row_link(connection.team)

    @admin.display(description="key")
    def key_ends_in(self, connection: Connection) -> str:
        return f"… {connection.key_hint}" if connection.sealed_key else "none"

    @admin.display(description="can the key be read")
    def key_state(self, connection: Connection) -> str:
        try:
            connection.read_key()
        except SealError as error:
            return f"No. {error} Paste the key anew."
        return "Yes"

    @admin.display(description="what would be sent")
    def preview(self, connection: Connection) -> SafeString | str:
        try:
            return format_html('<pre class="desk-json">{}</pre>', preview_requests(connection))
        except ProfileUnusableError as error:
            return str(error)

    @admin.display(description="every setting, as it is now")
    def spellings(self, connection: Connection) -> SafeString | str:
        try:
            return format_html('<pre class="desk-json">{}</pre>', list_spellings(connection))
        except ProfileUnusableError as error:
            return str(error)

    @admin.display(description="callbacks")
    def callbacks(self, connection: Connection) -> str:
        reason = why_no_callbacks(connection)
        return f"Not asked for. {reason}" if reason else "Panjaya can reach this desk."

    @admin.display(description="what works there")
    def findings(self, connection: Connection) -> SafeString:
        rows = (
            (row.finding.label, row.what, row.evidence, f"Mended by {row.mend}")
            for row in report_assumptions(connection)
        )
        line = "<li><b>{}</b> · {}: {} <small>{}</small></li>"
        return format_html("<ul>{}</ul>", format_html_join("", line, rows))

    @admin.display(description="its rows")
    def links(self, connection: Connection) -> SafeString:
        return list_link(Asset, "Videos sent this way", connection__id__exact=connection.pk)


@admin.register(Locale)
class LocaleAdmin(DeskAdmin):
    """Data: what Panjaya learns next is added here."""

    list_display = (
        "code",
        "name",
        "native_name",
        "region",
        "can_source",
        "can_target",
        "right_to_left",
    )
    list_filter = ("can_source", "can_target", "right_to_left", "region")
    search_fields = ("code__istartswith", "name", "native_name")
    search_help_text = "A part of the name, or the beginning of the code."
    ordering: ClassVar[tuple[str, ...]] = ("name",)
    sortable_by: ClassVar[tuple[str, ...]] = list_display
    list_per_page = 100

    def get_readonly_fields(self, request: HttpRequest, obj: Locale | None = None) -> Any:
        # Another code would be another language, not a new name for this one.
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Videos name it: untick “spoken in sources” and “dubbed into” instead."""
        return False
