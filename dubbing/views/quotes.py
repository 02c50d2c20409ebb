from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Asset
from dubbing.screens.quotes import piece_of, quote_for, typed_piece
from dubbing.views.assets import find_asset


@never_cache
@require_GET
@team_view(Can.PRODUCE)
def quote(request: TeamRequest) -> HttpResponse:
    """What the form comes to as it is typed: a video of its own."""
    found = quote_for(team_id=request.team.pk, pieces=[typed_piece(request.GET)])
    return render(request, "dubbing/money/_quote.html", {"quote": found})


@never_cache
@require_GET
@team_view(Can.PRODUCE)
def asset_quote(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """What more languages for a video come to."""
    asset: Asset = find_asset(asset_id)
    languages = len(set(request.GET.getlist("languages")))
    found = quote_for(team_id=request.team.pk, pieces=[piece_of(asset, languages=languages)])
    return render(request, "dubbing/money/_quote.html", {"quote": found, "asset": asset})
