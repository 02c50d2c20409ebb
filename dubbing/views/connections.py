from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms import ConnectionForm
from dubbing.models import Connection
from dubbing.screens.connection import ConnectionScreen
from dubbing.services.absences import forget_absences
from dubbing.services.connections import (
    check_connection,
    make_connection_current,
    save_connection,
)
from dubbing.states import CheckResult


@require_GET
@team_view(Can.MANAGE_TEAM)
def connection_detail(request: TeamRequest) -> HttpResponse:
    """The team's current way to Panjaya, what works there, and its earlier ones."""
    rows = list(Connection.objects.all())
    current = next((row for row in rows if row.is_current), None)
    context = {
        "screen": ConnectionScreen(current) if current else None,
        "others": [ConnectionScreen(row) for row in rows if row is not current],
    }
    return render(request, "dubbing/connection/detail.html", context)


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.MANAGE_TEAM)
def connection_new(request: TeamRequest) -> HttpResponse:
    form = ConnectionForm(request.POST or None)
    connection = Connection(team=request.team)
    if request.method == "POST" and _save(request, form, connection):
        return redirect("dubbing:connection")
    return render(request, "dubbing/connection/form.html", {"form": form})


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.MANAGE_TEAM)
def connection_edit(request: TeamRequest, connection_id: uuid.UUID) -> HttpResponse:
    """The key's field stays empty, which keeps the key that is there."""
    connection = _find(connection_id)
    form = ConnectionForm(request.POST or None, connection=connection)
    name = connection.name
    if request.method == "POST" and _save(request, form, connection):
        return redirect("dubbing:connection")
    return render(request, "dubbing/connection/form.html", {"form": form, "changed": name})


@require_POST
@team_view(Can.MANAGE_TEAM)
def connection_check(request: TeamRequest, connection_id: uuid.UUID) -> HttpResponseRedirect:
    probe = check_connection(connection=_find(connection_id))
    tell = messages.success if probe.result == CheckResult.ACCEPTED else messages.error
    tell(request, probe.detail)
    return redirect("dubbing:connection")


@require_POST
@team_view(Can.MANAGE_TEAM)
def connection_try_calls(request: TeamRequest, connection_id: uuid.UUID) -> HttpResponseRedirect:
    """What Panjaya did not offer may have come since: the next press finds out."""
    if forget_absences(connection=_find(connection_id)):
        messages.success(request, "The next press tries it at Panjaya again.")
    else:
        messages.info(request, "There was nothing to forget.")
    return redirect("dubbing:connection")


@require_POST
@team_view(Can.MANAGE_TEAM)
def connection_make_current(request: TeamRequest, connection_id: uuid.UUID) -> HttpResponseRedirect:
    connection = _find(connection_id)
    make_connection_current(connection=connection)
    messages.success(request, f"New videos go by “{connection.name}” from now on.")
    return redirect("dubbing:connection")


def _find(connection_id: uuid.UUID) -> Connection:
    connection: Connection = get_object_or_404(Connection.objects.all(), pk=connection_id)
    return connection


def _save(request: TeamRequest, form: ConnectionForm, connection: Connection) -> bool:
    """Whether it was kept; if not, the form says why."""
    if not form.is_valid():
        return False
    typed = form.cleaned_data
    connection.name, connection.base_url = typed["name"], typed["base_url"]
    connection.looks_per_minute = typed["looks_per_minute"]
    try:
        save_connection(
            connection=connection,
            key=typed["key"],
            public_keys=typed["public_keys"],
            make_current=typed.get("is_current", connection.is_current),
        )
    except ValidationError as error:
        form.add_service_errors(error)
        return False
    if connection.check_result == CheckResult.ACCEPTED:
        messages.success(request, f"“{connection.name}” is saved. {connection.check_detail}")
    else:
        messages.warning(request, f"Saved, but not verified. {connection.check_detail}")
    return True
