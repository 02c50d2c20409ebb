"""Dubs as a list, with the matrix's filters."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Asset
from dubbing.screens.dub_list import DubList, known_columns, read_list
from dubbing.screens.filter_choices import MORE_MENUS
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.saved_views import heading_of
from dubbing.services.desks import desk_of, keep_columns
from dubbing.views.live import live_part


@gzip_page
@require_GET
@team_view(Can.VIEW)
def dubbing_list(request: TeamRequest) -> HttpResponse:
    page = _read(request)
    is_bare = not page.rows and not page.address.filter.terms and not page.address.extras
    context = {
        "page": page,
        "is_new_here": is_bare and not Asset.objects.exists(),
        "address": page.address,
        "heading": heading_of(page.address, user=request.user),
        "drops": page.address.drops() if not page.rows else [],
        "more_menus": MORE_MENUS,
        "may_produce": request.membership.can(Can.PRODUCE),
        "may_download": request.membership.can(Can.DOWNLOAD),
    }
    return render(request, "dubbing/dub/list.html", context)


@gzip_page
@require_GET
@team_view(Can.VIEW)
def dubbing_rows(request: TeamRequest) -> HttpResponse:
    """The list's live part."""
    page = _read(request)
    return live_part(
        request,
        "dubbing/dub/_rows.html",
        revision=page.revision,
        context=lambda: {"page": page, "address": page.address},
    )


@require_POST
@team_view(Can.VIEW)
def dubbing_columns(request: TeamRequest) -> HttpResponseRedirect:
    """Which columns this person's list has."""
    chosen = [column.key for column in known_columns(request.POST.getlist("column"))]
    keep_columns(user=request.user, columns=chosen)
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("dubbing:dubbing-list") + (f"?{query}" if query else ""))


def _read(request: TeamRequest) -> DubList:
    given = request.GET
    return read_list(
        PageAddress.read(given, request.user),
        columns=desk_of(request.user).columns,
        before=given.get("before", ""),
        after=given.get("after", ""),
    )
