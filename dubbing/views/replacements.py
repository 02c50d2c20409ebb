from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.screens.quotes import piece_of, quote_for
from dubbing.services.actors import Actor
from dubbing.services.replacements import replace_asset, why_not_replace
from dubbing.views.assets import find_asset

FACTS = [
    "Panjaya gets a new video with the same source, languages, SRTs and settings.",
    "It is paid again.",
    "The failed one stays, and the two lead to each other.",
    "If the source itself is at fault, it will fail again: give a better one as a new dubbing.",
]


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def asset_replace(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    """Asks first: this is paid once more."""
    asset = find_asset(asset_id)
    if request.method == "POST":
        try:
            new = replace_asset(asset=asset, actor=Actor(user=request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("dubbing:asset-detail", asset.pk)
        messages.success(request, "The new video is on its way to Panjaya.")
        return redirect("dubbing:asset-detail", new.pk)
    piece = piece_of(asset, languages=asset.dubbings.count())
    context = {
        "asset": asset,
        "facts": FACTS,
        "why_not": why_not_replace(asset),
        "quote": quote_for(team_id=request.team.pk, pieces=[piece]),
    }
    return render(request, "dubbing/asset/replace.html", context)
