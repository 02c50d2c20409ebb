"""Saved views of the matrix and the list: kept, renamed, shared, begun with, deleted."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.saved_views import ViewForm
from dubbing.models import SavedView
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.saved_views import PAGES, offered_views, view_address
from dubbing.services.desks import (
    begin_with,
    change_view,
    delete_view,
    desk_of,
    may_change_view,
    save_view,
)


def find_offered(request: TeamRequest, view_id: uuid.UUID) -> SavedView:
    view: SavedView = get_object_or_404(
        SavedView.objects.offered_to(request.user).select_related("user"), pk=view_id
    )
    return view


def _why_not_change(request: TeamRequest, view: SavedView) -> HttpResponse | None:
    """Back to the view, with the reason, where it is somebody else's."""
    if may_change_view(view, user_id=request.user.pk, role=request.membership.role):
        return None
    messages.error(request, f"{view.user} saved this view: only they, and owners, change it.")
    return redirect(view_address(view))


@require_GET
@team_view(Can.VIEW)
def view_menu(request: TeamRequest) -> HttpResponse:
    """What the menu of views offers; `page` says where one is."""
    address = PageAddress.read(request.GET, request.user)
    offered = offered_views(
        membership=request.membership,
        user=request.user,
        desk=desk_of(request.user),
        current=address.chosen("view"),
    )
    context = {"offered": offered, "here": _here(request), "address": address}
    return render(request, "dubbing/saved_view/_menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.VIEW)
def view_new(request: TeamRequest) -> HttpResponse:
    """Keeps what the address shows."""
    address, page = PageAddress.read(request.GET, request.user), _here(request)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            query = address.changed(extras={"view": ()})
            view = save_view(user=request.user, page=page, query=query, **form.cleaned_data)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, f"Saved as “{view.name}”.")
            return redirect(view_address(view))
    context = {
        "form": form,
        "title": "Save this view",
        "text": address.filter.sentence() or "All videos, without a filter.",
        "verb": "Save view",
        "cancel_url": f"{_page_url(page)}{address.url()}",
    }
    return render(request, "dubbing/saved_view/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.VIEW)
def view_edit(request: TeamRequest, view_id: uuid.UUID) -> HttpResponse:
    view = find_offered(request, view_id)
    if refusal := _why_not_change(request, view):
        return refusal
    kept = {"name": view.name, "is_shared": view.is_shared}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view=view, **form.cleaned_data)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect(view_address(view))
    context = {
        "form": form, "title": "Change this view", "verb": "Save",
        "cancel_url": view_address(view),
    }  # fmt: skip
    return render(request, "dubbing/saved_view/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.VIEW)
def view_delete(request: TeamRequest, view_id: uuid.UUID) -> HttpResponse:
    view = find_offered(request, view_id)
    if refusal := _why_not_change(request, view):
        return refusal
    if request.method == "POST":
        page = view.page
        delete_view(view=view)
        messages.success(request, f"The view “{view.name}” is deleted.")
        return redirect(f"{_page_url(page)}?view=all")
    return render(
        request, "dubbing/saved_view/delete.html", {"view": view, "back": view_address(view)}
    )


@require_POST
@team_view(Can.VIEW)
def view_start(request: TeamRequest, view_id: uuid.UUID) -> HttpResponseRedirect:
    """The desk begins with it, for this person alone."""
    view = find_offered(request, view_id)
    begin_with(user=request.user, view=view)
    messages.success(request, f"Your desk begins with “{view.name}” from now on.")
    return redirect(view_address(view))


@require_POST
@team_view(Can.VIEW)
def view_no_start(request: TeamRequest) -> HttpResponseRedirect:
    begin_with(user=request.user, view=None)
    messages.success(request, "Your desk begins with all videos again.")
    return redirect("dubbing:home")


def _here(request: TeamRequest) -> str:
    """The page that the address means."""
    page = request.GET.get("page", "")
    return page if page in PAGES else "matrix"


def _page_url(page: str) -> str:
    return reverse(PAGES[page])
