from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms import AssetFilterForm
from dubbing.models import Asset
from dubbing.screens.listing import AssetListing, ListState, list_assets
from dubbing.views.live import live_part


@require_GET
@team_view(Can.VIEW)
def asset_list(request: TeamRequest) -> HttpResponse:
    listing = _listing(request)
    is_new_here = not listing.rows and not listing.asked.is_narrowed and not listing.asked.before
    context = {
        "listing": listing,
        "states": ListState,
        "is_new_here": is_new_here and not Asset.objects.exists(),
        "may_produce": request.membership.can(Can.PRODUCE),
    }
    return render(request, "dubbing/asset/list.html", context)


@require_GET
@team_view(Can.VIEW)
def asset_rows(request: TeamRequest) -> HttpResponse:
    """The live part of the list: one request per page, not one per row."""
    listing = _listing(request)
    return live_part(
        request,
        "dubbing/asset/_rows.html",
        revision=listing.revision,
        context=lambda: {
            "listing": listing,
            "states": ListState,
            "may_produce": request.membership.can(Can.PRODUCE),
        },
    )


def _listing(request: TeamRequest) -> AssetListing:
    asked = AssetFilterForm(request.GET).asset_filter()
    return list_assets(asked, member=str(request.user.pk))
