"""The matrix: the page one begins with, its rows as they change, its cells' cards."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Asset, Dubbing, MemberDesk
from dubbing.screens.filter_choices import MORE_MENUS, choices_of
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.matrix import Matrix, Place, read_matrix, read_page, read_rows
from dubbing.screens.matrix_columns import columns_of
from dubbing.screens.matrix_totals import count_by_locale, waiting_in
from dubbing.screens.saved_views import heading_of, view_address
from dubbing.screens.version import VersionScreen
from dubbing.services.desks import desk_of, keep_desk
from dubbing.services.links import poster_link
from dubbing.states import BADGES
from dubbing.views.live import live_part

MOST_ASKED = 100
POSTER_SECONDS = 3600
ICON_SECONDS = 24 * 3600


@gzip_page
@require_GET
@team_view(Can.VIEW)
def matrix(request: TeamRequest) -> HttpResponse:
    desk = desk_of(request.user)
    if not request.GET and desk.start_view is not None:
        return redirect(view_address(desk.start_view))
    address = PageAddress.read(request.GET, request.user)
    page = read_matrix(address, _place(request))
    is_bare = not page.rows and not address.filter.terms and not address.extras
    context = _context(request, page, desk) | {
        "heading": heading_of(address, user=request.user),
        "is_new_here": is_bare and not Asset.objects.exists(),
        "drops": address.drops() if not page.rows else [],
        "more_menus": MORE_MENUS,
    }
    return render(request, "dubbing/matrix/page.html", context)


def _place(request: TeamRequest) -> Place:
    return Place(request.GET.get("before", ""), request.GET.get("after", ""))


def _context(request: TeamRequest, page: Matrix, desk: MemberDesk) -> dict[str, object]:
    return {
        "page": page,
        "address": page.address,
        "desk": desk,
        "may_produce": request.membership.can(Can.PRODUCE),
        "may_download": request.membership.can(Can.DOWNLOAD),
    }


@gzip_page
@require_GET
@team_view(Can.VIEW)
def matrix_rows(request: TeamRequest) -> HttpResponse:
    """Rows as they are now: those that `id` names and, where the filter asks for them, those that
    `new` names; else the whole page of this address. `codes`: the columns that the page has."""
    address = PageAddress.read(request.GET, request.user)
    codes = _codes(request)
    if "id" in request.GET or "new" in request.GET:
        shown, news = (_ids(request.GET.get(name, "")) for name in ("id", "new"))
        page = read_rows(address, shown=shown[:MOST_ASKED], news=news[:MOST_ASKED], codes=codes)
    else:
        page = read_page(address, _place(request), codes)
    return live_part(
        request,
        "dubbing/matrix/_rows.html",
        revision=page.revision,
        context=lambda: {"page": page, "address": address},
    )


@gzip_page
@require_GET
@team_view(Can.VIEW)
def matrix_table(request: TeamRequest) -> HttpResponse:
    """All of it, for a page that lacks a column. `codes`: those that it has, and keeps."""
    address = PageAddress.read(request.GET, request.user)
    page = read_matrix(address, _place(request), keeps=_codes(request))
    return render(
        request, "dubbing/matrix/_table.html", _context(request, page, desk_of(request.user))
    )


def _codes(request: TeamRequest) -> list[str]:
    return [code for code in request.GET.get("codes", "").split(",") if code]


def _ids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(part) for part in text.split(",") if part]
    except ValueError:
        raise Http404 from None


@require_GET
@team_view(Can.VIEW)
def matrix_result(request: TeamRequest) -> HttpResponse:
    """What the filter finds, in words, and beneath the columns that `codes` names."""
    address = PageAddress.read(request.GET, request.user)
    counts, _ = count_by_locale(address)
    codes = _codes(request)
    context = {"counts": counts, "languages": len(codes)}
    if counts.by_locale is not None:
        context["totals"] = waiting_in(columns_of(codes), counts.by_locale)
    return render(request, "dubbing/matrix/_result_later.html", context)


@require_GET
@team_view(Can.VIEW)
def filter_choices(request: TeamRequest) -> HttpResponse:
    """What one filter's menu offers; `menu` names it."""
    address = PageAddress.read(request.GET, request.user)
    choices = choices_of(request.GET.get("menu", ""), address)
    return render(request, "dubbing/filter/_choices.html", {"choices": choices})


@require_GET
@team_view(Can.VIEW)
def dubbing_open(request: TeamRequest, dubbing_id: uuid.UUID) -> HttpResponseRedirect:
    """Its current version's page; its video's where it has none yet."""
    dubbing = get_object_or_404(Dubbing.objects.only("asset", "current"), pk=dubbing_id)
    if dubbing.current_id:
        return redirect("dubbing:version-detail", dubbing.current_id)
    return redirect("dubbing:asset-detail", dubbing.asset_id)


@require_GET
@team_view(Can.VIEW)
def dubbing_card(request: TeamRequest, dubbing_id: uuid.UUID) -> HttpResponse:
    """A cell's facts, and what can be done with it now."""
    related = (
        "asset__connection", "asset__project", "locale", "owner", "reviewer", "current", "team",
    )  # fmt: skip
    dubbing = get_object_or_404(Dubbing.objects.select_related(*related), pk=dubbing_id)
    context: dict[str, object] = {
        "dubbing": dubbing,
        "badge": BADGES[dubbing.stage],
        "membership": request.membership,
        "may_produce": request.membership.can(Can.PRODUCE),
        "may_review": request.membership.can(Can.REVIEW),
    }
    if dubbing.current is not None:
        dubbing.current.asset, dubbing.current.dubbing = dubbing.asset, dubbing
        context["screen"] = VersionScreen(dubbing.current, request.membership)
    return render(request, "dubbing/dub/_card.html", context)


@cache_control(private=True, max_age=POSTER_SECONDS)
@require_GET
@team_view(Can.VIEW)
def asset_poster(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """Where its picture lies: a link that a page of 500 videos need not carry 500 times."""
    asset = get_object_or_404(Asset.objects.only("team", "poster"), pk=asset_id)
    link = poster_link(asset=asset, member=str(request.user.pk))
    # There is none yet: nothing is wrong with that.
    return redirect(link) if link else HttpResponse(status=204)


@cache_control(private=True, max_age=ICON_SECONDS)
@require_GET
@team_view(Can.VIEW)
def stage_icons(request: TeamRequest) -> HttpResponse:
    """The states' icons as masks: in each of thousands of cells a drawing would be too much."""
    context = {"badges": BADGES.items()}
    styles = render_to_string("dubbing/matrix/stage_icons.css", context)
    return HttpResponse(styles, content_type="text/css; charset=utf-8")


@require_POST
@team_view(Can.VIEW)
def matrix_density(request: TeamRequest) -> HttpResponseRedirect:
    keep_desk(user=request.user, is_comfortable=request.POST.get("comfortable") == "1")
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("dubbing:home") + (f"?{query}" if query else ""))
