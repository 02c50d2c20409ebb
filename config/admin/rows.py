"""How rows are shown: newest first, counted to a cap, read-only where the engine speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from config.admin.counting import CappedPaginator
from config.admin.searching import QuickSearch


@dataclass(frozen=True)
class Need:
    """Something that waits for the operator: shown on the first page while its count is not 0."""

    words: str
    count: int
    url: str


class DeskAdmin(QuickSearch):
    paginator = CappedPaginator
    show_full_result_count = False
    # Facets would count every filter's every value over the whole table.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    # An order that no index has would sort the whole table.
    sortable_by: ClassVar[tuple[str, ...]] = ()
    change_form_template = "admin/desk/change_form.html"
    # Names of actions that the row's own page offers as buttons.
    row_commands: ClassVar[tuple[str, ...]] = ()

    def needs(self) -> list[Need]:
        return []

    def commands_for(self, row: Any) -> tuple[str, ...]:
        """Those of `row_commands` that make sense for this row as it is."""
        return self.row_commands

    def has_command_permission(self, request: HttpRequest) -> bool:
        """Who may change such rows may give commands, though nobody edits what is mirrored."""
        return super().has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_command"
        view = require_POST(self.admin_site.admin_view(self.command_view))
        return [
            path("<path:object_id>/command/<slug:command>/", view, name=name),
            *super().get_urls(),
        ]

    def command_view(self, request: HttpRequest, object_id: str, command: str) -> HttpResponse:
        """One of `row_commands` for one row: the list's action with a selection of one."""
        action = self._row_actions(request).get(command)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if action is None:
            raise PermissionDenied
        answer = action[0](self, request, self.get_queryset(request).filter(pk=row.pk))
        if isinstance(answer, HttpResponse):
            return answer
        return HttpResponseRedirect(self._url_of(row, "change"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            sensible = self.commands_for(row)
            context["row_commands"] = [
                {"name": name, "words": words, "url": self._url_of(row, "command", name)}
                for name, (_action, _name, words) in self._row_actions(request).items()
                if name in sensible
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def _row_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, str]]:
        actions = self.get_actions(request)
        found = ((name, actions.get(name)) for name in self.row_commands)
        return {name: action for name, action in found if action is not None}

    def _url_of(self, row: Model, page: str, *more: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[row.pk, *more], current_app=self.admin_site.name)


class MirrorAdmin(DeskAdmin):
    """Rows that only services write: to look at, and to give commands about."""

    actions_on_top = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request)


def pretty_json(value: Any) -> str:
    if not value:
        return "–"
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return format_html('<pre class="desk-json">{}</pre>', text)
