"""One verb for many rows: chosen, told what it means, said yes to, reported, undone."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.bulk import BulkForm, values_form
from dubbing.models import BulkAction
from dubbing.screens.bulk import (
    BulkConfirmation,
    BulkReport,
    counted,
    length_of,
    newest_actions,
)
from dubbing.services.actors import Actor
from dubbing.services.bulk import (
    Selection,
    begin_bulk,
    foresee_generate,
    prepare_bulk,
    read_ids,
    say_values,
    select_all,
    undo_bulk,
)
from dubbing.states import BulkOutcome, BulkState, BulkVerb
from dubbing.views.live import live_part


def find_action(action_id: uuid.UUID) -> BulkAction:
    action: BulkAction = get_object_or_404(BulkAction.objects.all(), pk=action_id)
    return action


def read_selection(request: TeamRequest) -> Selection:
    """Rows that were ticked, or `all=1` of what the filter beside it shows.

    Raises ValidationError for what is no id, and for a filter that is not understood.
    """
    given = request.POST
    if given.get("all"):
        return select_all(dict(given.lists()), member=request.user)
    return Selection(
        dubbings=read_ids(given.getlist("dubbing")), assets=read_ids(given.getlist("asset"))
    )


def _way_back(given: QueryDict) -> str:
    """The page somebody came from, if it is one of ours."""
    address = given.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith("/") else ""


def _back(given: QueryDict) -> HttpResponseRedirect:
    return redirect(_way_back(given) or reverse("dubbing:home"))


def _action_url(action: BulkAction, way_back: str = "") -> str:
    address = reverse("dubbing:bulk-detail", args=[action.pk])
    return f"{address}?{urlencode({'next': way_back})}" if way_back else address


@require_GET
@team_view(Can.PRODUCE)
def bulk_list(request: TeamRequest) -> HttpResponse:
    return render(request, "dubbing/bulk/list.html", {"actions": newest_actions()})


@require_POST
@team_view(Can.PRODUCE)
def bulk_quote(request: TeamRequest) -> HttpResponse:
    """What the bar says of the selection: how many, and the price before the verb."""
    try:
        seen = foresee_generate(read_selection(request))
    except ValidationError:
        return HttpResponse(status=400)
    context = {
        "seen": seen,
        "dubs": counted(seen.rows, "dub"),
        "videos": counted(seen.videos, "video"),
        "length": length_of(seen.pieces),
    }
    return render(request, "dubbing/selection/_words.html", context)


@require_POST
@team_view(Can.PRODUCE)
def bulk_new(request: TeamRequest) -> HttpResponseRedirect:
    """Keeps what is chosen, and asks."""
    verb = request.POST.get("verb", "")
    if verb not in BulkVerb.values:
        messages.error(request, "Choose what to do with them.")
        return _back(request.POST)
    try:
        action = prepare_bulk(
            team=request.team,
            actor=Actor(user=request.user),
            verb=BulkVerb(verb),
            selection=read_selection(request),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(request.POST)
    return redirect(_action_url(action, _way_back(request.POST)))


@require_GET
@team_view(Can.PRODUCE)
def bulk_detail(request: TeamRequest, action_id: uuid.UUID) -> HttpResponse:
    action = find_action(action_id)
    if action.state == BulkState.PREPARED:
        form = values_form(BulkVerb(action.verb), values=action.values)
        return _asked(request, action, form, _way_back(request.GET))
    context = {"screen": _report(request, action), "way_back": _way_back(request.GET)}
    return render(request, "dubbing/bulk/detail.html", context)


def _asked(
    request: TeamRequest, action: BulkAction, form: BulkForm | None, way_back: str
) -> HttpResponse:
    context = {
        "screen": BulkConfirmation(action),
        "form": form,
        "way_back": way_back,
        "cancel_url": way_back or reverse("dubbing:home"),
    }
    return render(request, "dubbing/bulk/confirm.html", context)


def _report(request: TeamRequest, action: BulkAction) -> BulkReport:
    outcome, after = request.GET.get("outcome", ""), request.GET.get("after", "")
    known = outcome if outcome in BulkOutcome.values else ""
    return BulkReport(action, known, int(after) if after.isdecimal() and len(after) < 19 else 0)


@require_GET
@team_view(Can.PRODUCE)
def bulk_progress(request: TeamRequest, action_id: uuid.UUID) -> HttpResponse:
    """The live part of the report."""
    screen = _report(request, find_action(action_id))
    return live_part(
        request,
        "dubbing/bulk/_report.html",
        revision=screen.revision,
        context=lambda: {"screen": screen},
    )


@require_POST
@team_view(Can.PRODUCE)
def bulk_begin(request: TeamRequest, action_id: uuid.UUID) -> HttpResponse:
    """What is to be set, and yes; where the price depends on it, the price comes in between."""
    action, way_back = find_action(action_id), _way_back(request.POST)
    form = values_form(BulkVerb(action.verb), request.POST)
    if form is not None:
        asks_first = BulkConfirmation(action).asks_first
        told = _say(action, form)
        if told is None:
            return _asked(request, action, form, way_back)
        if asks_first or told.values != action.values and "price" in request.POST:
            return redirect(_action_url(told, way_back))
        action = told
    try:
        action = begin_bulk(action=action, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_action_url(action, way_back))
    return _after(request, action, way_back)


def _say(action: BulkAction, form: BulkForm) -> BulkAction | None:
    """None: the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return say_values(action=action, given=form.given())
    except ValidationError as error:
        form.add_service_errors(error)
        return None


def _after(request: TeamRequest, action: BulkAction, way_back: str) -> HttpResponseRedirect:
    """Where all went well, back to work with a line that can undo it; else to the report."""
    screen = BulkReport(action)
    if not way_back or not screen.all_went_well:
        return redirect(_action_url(action, way_back))
    context: dict[str, Any] = {"screen": screen, "way_back": way_back}
    messages.success(request, render_to_string("dubbing/bulk/_done.html", context, request))
    return redirect(way_back)


@require_POST
@team_view(Can.PRODUCE)
def bulk_undo(request: TeamRequest, action_id: uuid.UUID) -> HttpResponseRedirect:
    action, way_back = find_action(action_id), _way_back(request.POST)
    try:
        action = undo_bulk(action=action, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_action_url(action, way_back))
    is_whole = not action.rows.filter(outcome=BulkOutcome.KEPT).exists()
    if way_back and is_whole and action.state == BulkState.UNDONE:
        messages.success(request, "Undone. Everything is as it was before.")
        return redirect(way_back)
    return redirect(_action_url(action, way_back))
