from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.sheets import ColumnsForm, ReadingForm, SheetForm
from dubbing.models import SheetImport
from dubbing.screens.sheet import Asked, SheetScreen, recent_sheets
from dubbing.services.actors import Actor
from dubbing.services.sheets import (
    ask_again,
    confirm_sheet,
    give_sheet,
    give_text,
    map_columns,
    read_again,
)
from dubbing.views.live import live_part


def find_sheet(sheet_id: uuid.UUID) -> SheetImport:
    sheet: SheetImport = get_object_or_404(
        SheetImport.objects.select_related("batch", "created_by", "created_by_key"), pk=sheet_id
    )
    return sheet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def sheet_new(request: TeamRequest) -> HttpResponse:
    is_post = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if is_post else SheetForm(initial=request.GET)
    if is_post and form.is_valid():
        try:
            sheet = _give(request, form.cleaned_data)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect("dubbing:sheet-detail", sheet.pk)
    context = {"form": form, "recent": recent_sheets()}
    return render(request, "dubbing/sheet/new.html", context)


def _give(request: TeamRequest, given: dict[str, Any]) -> SheetImport:
    who = {"team": request.team, "actor": Actor(user=request.user), "batch": given["batch"]}
    if given["file"]:
        return give_sheet(file=given["file"], **who)
    return give_text(text=given["text"], **who)


@never_cache
@require_GET
@team_view(Can.PRODUCE)
def sheet_detail(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponse:
    screen = SheetScreen(find_sheet(sheet_id), Asked.read(request.GET))
    return render(request, "dubbing/sheet/detail.html", _shown(screen))


@require_GET
@team_view(Can.PRODUCE)
def sheet_progress(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """The live part of a sheet's page."""
    screen = SheetScreen(find_sheet(sheet_id), Asked.read(request.GET))
    return live_part(
        request,
        "dubbing/sheet/_body.html",
        revision=screen.revision,
        context=lambda: _shown(screen),
    )


def _shown(
    screen: SheetScreen, columns: ColumnsForm | None = None, reading: ReadingForm | None = None
) -> dict[str, Any]:
    form = columns or ColumnsForm(sheet=screen.sheet)
    return {
        "screen": screen,
        "sheet": screen.sheet,
        "form": form,
        "columns": screen.samples(form) if screen.is_mapping else [],
        "reading": reading or ReadingForm(sheet=screen.sheet),
    }


@require_POST
@team_view(Can.PRODUCE)
def sheet_columns(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Says what each column holds; the comparison begins."""
    sheet = find_sheet(sheet_id)
    form = ColumnsForm(request.POST, sheet=sheet)
    if form.is_valid():
        try:
            map_columns(
                sheet=sheet, mapping=form.mapping(), blank_clears=form.cleaned_data["blank_clears"]
            )
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect("dubbing:sheet-detail", sheet.pk)
    shown = _shown(SheetScreen(sheet), columns=form)
    return render(request, "dubbing/sheet/detail.html", shown)


@require_POST
@team_view(Can.PRODUCE)
def sheet_reading(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Reads the file in another way."""
    sheet = find_sheet(sheet_id)
    form = ReadingForm(request.POST, sheet=sheet)
    if form.is_valid():
        try:
            read_again(sheet=sheet, reading=form.reading())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("dubbing:sheet-detail", sheet.pk)
    shown = _shown(SheetScreen(sheet), reading=form)
    return render(request, "dubbing/sheet/detail.html", shown)


@require_POST
@team_view(Can.PRODUCE)
def sheet_again(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponseRedirect:
    """Back to the columns."""
    ask_again(sheet=find_sheet(sheet_id))
    return redirect("dubbing:sheet-detail", sheet_id)


@require_POST
@team_view(Can.PRODUCE)
def sheet_confirm(request: TeamRequest, sheet_id: uuid.UUID) -> HttpResponseRedirect:
    sheet = find_sheet(sheet_id)
    try:
        confirm_sheet(
            sheet=sheet,
            actor=Actor(user=request.user),
            include_new=request.POST.get("include_new") == "yes",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("dubbing:sheet-detail", sheet.pk)
