from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter, when_set
from config.admin.commands import carry_out
from config.admin.forms import ServiceAdmin, ServiceForm
from config.admin.links import list_link, row_link
from config.admin.rows import DeskAdmin, pretty_json
from config.admin.searching import any_of, in_every_team
from dubbing.admin.inlines import DubbingInline
from dubbing.admin.rows import (
    WORDS_OF_ASSET,
    RefreshMixin,
    actor_of,
    in_a_row,
    lists_of,
)
from dubbing.models import Asset, Project, Version
from dubbing.services.actors import Actor
from dubbing.services.assets import hide_asset, show_asset
from dubbing.services.details import Details, change_details

WINDOW = 50_000


class AssetForm(ServiceForm):
    """What people call it; what the engine was told and tells is only shown."""

    title = forms.CharField(widget=forms.TextInput(attrs={"class": "vTextField"}))
    reference = forms.CharField(
        required=False,
        help_text="The caller’s own name for it, such as an id in another system.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    project = forms.CharField(
        required=False,
        help_text="By name; a new name makes a new project.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    tags = forms.CharField(
        required=False,
        help_text="Separated by commas.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Asset
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = asdict(Details.of(self.instance))

    def carry_out(self, values: dict[str, Any]) -> None:
        details = Details(**{name: values[name] for name in self.initial})
        change_details(asset=self.instance, details=details, actor=Actor(user=self.user))


@admin.register(Asset)
class AssetAdmin(RefreshMixin, ServiceAdmin):
    form = AssetForm
    inlines = (DubbingInline,)
    list_display = (
        "title",
        "team_link",
        "status",
        "locale_id",
        "project",
        "is_pilot",
        "is_hidden",
        "checked_at",
    )
    list_select_related = ("team", "project")
    list_filter = (TeamFilter, "status", "is_pilot", when_set("hidden_at", "hidden"))
    search_fields = ("title",)
    search_window = WINDOW
    search_help_text = (
        f"{WORDS_OF_ASSET}; else a part of the title, among the newest {WINDOW:,} videos."
    )
    actions = ("refresh", "hide", "show")
    row_commands: ClassVar[tuple[str, ...]] = ("refresh", "hide", "show")
    fieldsets = (
        (None, {"fields": ("title", "reference", "project", "tags", "links")}),
        (
            "What Panjaya says",
            {
                "fields": (
                    "remote_id",
                    "status",
                    "raw_status",
                    "error_code",
                    "error_message",
                    "observed_at",
                    "checked_at",
                    "refresh_due_at",
                    "refresh_failures",
                    "told",
                ),
            },
        ),
        (
            "What Panjaya was told",
            {
                "fields": (
                    "connection",
                    "media_url",
                    "media_name",
                    "media_size",
                    "locale",
                    "speakers_count",
                    "start_time",
                    "end_time",
                    "lips_model",
                    "background_audio_url",
                    "background_audio_name",
                ),
            },
        ),
        (
            "What we know",
            {
                "fields": (
                    "duration_seconds",
                    "probed",
                    "created_by",
                    "created_by_key",
                    "created_at",
                    "updated_at",
                    "hidden_at",
                    "is_pilot",
                    "full_run_planned",
                    "promoted_from_link",
                    "full_run_link",
                    "revision",
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Asset | None = None) -> Any:
        shown = [name for _title, part in self.fieldsets for name in part["fields"]]
        return [name for name in shown if name not in AssetForm.base_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A video is given on the desk or by REST, where the whole form is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def exact_matches(self, term: str) -> Q | None:
        return in_every_team(Asset, any_of(("remote_id", "reference"), term))

    @admin.display(description="team")
    def team_link(self, asset: Asset) -> SafeString | str:
        return row_link(asset.team)

    def commands_for(self, row: Asset) -> tuple[str, ...]:
        return ("refresh", "show" if row.is_hidden else "hide")

    @admin.display(description="hidden", boolean=True)
    def is_hidden(self, asset: Asset) -> bool:
        return asset.is_hidden

    @admin.display(description="its rows")
    def links(self, asset: Asset) -> SafeString:
        rows = {"asset__id__exact": asset.pk}
        versions = list_link(Version, "Versions", **rows)
        return in_a_row([row_link(asset.team), *lists_of(**rows), versions])

    @admin.display(description="its whole answer")
    def told(self, asset: Asset) -> str:
        return pretty_json(asset.snapshot)

    @admin.display(description="full run, as planned")
    def full_run_planned(self, asset: Asset) -> str:
        return pretty_json(asset.pilot_plan)

    @admin.display(description="full run of")
    def promoted_from_link(self, asset: Asset) -> SafeString | str:
        return row_link(asset.promoted_from)

    @admin.display(description="its full run")
    def full_run_link(self, asset: Asset) -> SafeString | str:
        return row_link(getattr(asset, "full_run", None))

    @admin.display(description="what probing told")
    def probed(self, asset: Asset) -> str:
        return pretty_json(asset.facts)

    @admin.action(description="Hide", permissions=["command"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        def hide_one(asset: Asset) -> bool:
            hide_asset(asset=asset, actor=actor_of(request))
            return not asset.is_hidden

        carry_out(self, request, queryset, service=hide_one, done="Hidden")

    @admin.action(description="Show again", permissions=["command"])
    def show(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        def show_one(asset: Asset) -> bool:
            show_asset(asset=asset, actor=actor_of(request))
            return asset.is_hidden

        carry_out(self, request, queryset, service=show_one, done="Shown again")


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Project
        fields = ("name",)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        # The team is no field of this form, so Django would not compare within it.
        namesakes = Project.objects.filter(team_id=self.instance.team_id, name=name)
        if namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("The team has a project of this name already.", code="unique")
        return name


@admin.register(Project)
class ProjectAdmin(DeskAdmin):
    form = ProjectForm
    list_display = ("name", "team_link", "created_at")
    list_select_related = ("team",)
    list_filter = (TeamFilter,)
    search_fields = ("name",)
    search_window = WINDOW
    search_help_text = "A part of the name, or an id."
    fields = ("name", "team_link", "links", "created_at")
    readonly_fields = ("team_link", "links", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A project begins with its first video."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only one that no video is in any more, and never many at once."""
        is_empty = isinstance(obj, Project) and not obj.assets.exists()
        return is_empty and super().has_delete_permission(request, obj)

    @admin.display(description="team")
    def team_link(self, project: Project) -> SafeString | str:
        return row_link(project.team)

    @admin.display(description="its rows")
    def links(self, project: Project) -> SafeString:
        return list_link(Asset, "Videos", project__id__exact=project.pk)
