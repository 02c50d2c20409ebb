from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms import AssetDetailsForm
from dubbing.models import Asset, Project
from dubbing.screens.asset import AssetScreen, look_again_if_old
from dubbing.screens.asset_review import AssetReviewScreen
from dubbing.screens.files import FilesScreen
from dubbing.screens.history import AT_FIRST, ENTRIES, read_history
from dubbing.screens.tabs import FILES, HISTORY, REVIEW, TECHNICAL, tab_named, tabs_of
from dubbing.screens.technical import TechnicalScreen
from dubbing.services.actors import Actor
from dubbing.services.assets import hide_asset, show_asset
from dubbing.services.details import StaleDetailsError, change_details
from dubbing.services.links import poster_link, source_link
from dubbing.views.live import live_part

PROJECTS_OFFERED = 200


def find_asset(asset_id: uuid.UUID) -> Asset:
    related = ("locale", "project", "connection", "created_by", "created_by_key")
    asset: Asset = get_object_or_404(Asset.objects.select_related(*related), pk=asset_id)
    return asset


@require_GET
@team_view(Can.VIEW)
def asset_detail(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    asset = find_asset(asset_id)
    look_again_if_old(asset)
    screen = AssetScreen(asset, request.membership)
    tab = tab_named(request.GET.get("tab", ""), screen)
    draft_done = request.session.pop("draft_done", "")
    context = _shown(screen, tab) | {"draft_done": draft_done, "tabs": tabs_of(screen, tab)}
    return render(request, "dubbing/asset/detail.html", context)


@require_GET
@team_view(Can.VIEW)
def asset_progress(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """The live part of the video's page."""
    asset = find_asset(asset_id)
    look_again_if_old(asset, came_back="back" in request.GET)
    screen = AssetScreen(asset, request.membership)
    tab = tab_named(request.GET.get("tab", ""), screen)
    return live_part(
        request,
        "dubbing/asset/_progress.html",
        revision=screen.revision,
        context=lambda: _shown(screen, tab),
    )


def _shown(screen: AssetScreen, tab: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"screen": screen, "tab": tab}
    if tab == REVIEW:
        return shown | {"review": AssetReviewScreen(screen)}
    if tab == FILES:
        return shown | {"files": FilesScreen(screen)}
    if tab == TECHNICAL:
        return shown | {"technical": TechnicalScreen(screen.asset)}
    asset, member = screen.asset, str(screen.membership.user_id)
    limit = ENTRIES if tab == HISTORY else AT_FIRST
    return shown | {
        "history": read_history(asset=asset, limit=limit),
        "source_url": source_link(asset=asset, member=member) or asset.media_url,
        "poster_url": poster_link(asset=asset, member=member),
    }


@require_GET
@team_view(Can.VIEW)
def asset_history(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    asset = find_asset(asset_id)
    try:
        before = uuid.UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        before = None
    history = read_history(asset=asset, before=before)
    here = reverse("dubbing:asset-history", args=[asset.pk])
    context = {
        "asset": asset,
        "history": history,
        "newest_url": here if before else "",
        "older_url": f"{here}?before={history.older_than}" if history.older_than else "",
    }
    return render(request, "dubbing/asset/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def asset_edit(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """Where somebody changed the same meanwhile, it comes back with both."""
    asset = find_asset(asset_id)
    is_post = request.method == "POST"
    form = AssetDetailsForm.of(asset, request.POST if is_post else None)
    stale: StaleDetailsError | None = None
    if is_post and form.is_valid():
        try:
            change_details(
                asset=asset,
                details=form.details(),
                actor=Actor(user=request.user),
                seen=form.cleaned_data["seen"],
            )
        except StaleDetailsError as error:
            stale = error
            form = form.over(error.current)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, "Saved.")
            return redirect("dubbing:asset-detail", asset.pk)
    projects = Project.objects.values_list("name", flat=True)[:PROJECTS_OFFERED]
    context = {"asset": asset, "form": form, "projects": projects, "stale": stale}
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.OK
    return render(request, "dubbing/asset/edit.html", context, status=status)


@require_POST
@team_view(Can.PRODUCE)
def asset_hide(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponseRedirect:
    asset = find_asset(asset_id)
    hide_asset(asset=asset, actor=Actor(user=request.user))
    messages.success(
        request, render_to_string("dubbing/dub/_hidden.html", {"asset": asset}, request)
    )
    return redirect("dubbing:asset-list")


@require_POST
@team_view(Can.PRODUCE)
def asset_show(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponseRedirect:
    asset = find_asset(asset_id)
    show_asset(asset=asset, actor=Actor(user=request.user))
    messages.success(request, f"“{asset.title}” is in the lists again.")
    return redirect("dubbing:asset-detail", asset.pk)
