"""For who keeps the desk running: look at Panjaya now, apply a callback once more."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Asset, CallbackDelivery, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.callbacks import CallbackRefusedError, UnknownTokenError, replay_callback
from dubbing.services.links import srt_name
from dubbing.services.refresh import ask_refresh


def _technical(asset_id: uuid.UUID) -> HttpResponseRedirect:
    return redirect(reverse("dubbing:asset-detail", args=[asset_id]) + "?tab=technical")


@require_POST
@team_view(Can.PRODUCE)
def asset_look(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponseRedirect:
    asset: Asset = get_object_or_404(Asset, pk=asset_id)
    if asset.remote_id:
        ask_refresh(asset=asset)
        messages.success(request, "Panjaya is asked now; this page follows by itself.")
    else:
        messages.info(request, "Panjaya does not have this video yet: there is nothing to ask for.")
    return _technical(asset.pk)


@require_POST
@team_view(Can.PRODUCE)
def delivery_replay(request: TeamRequest, delivery_id: uuid.UUID) -> HttpResponseRedirect:
    rows = CallbackDelivery.objects.select_related("asset")
    delivery: CallbackDelivery = get_object_or_404(rows, pk=delivery_id)
    try:
        receipt = replay_callback(delivery=delivery, actor=Actor(user=request.user))
    except (CallbackRefusedError, UnknownTokenError):
        messages.error(request, "It cannot be applied any more: its connection has changed.")
    else:
        moved = "It moved the dub." if receipt.moved else "It moved nothing."
        messages.success(request, f"Applied again. {moved} Panjaya is asked what is true.")
    return _technical(delivery.asset_id)


@require_GET
@team_view(Can.DOWNLOAD)
def dubbing_srt(request: TeamRequest, dubbing_id: uuid.UUID) -> HttpResponse:
    """The SRT as it was sent, in UTF-8."""
    rows = Dubbing.objects.select_related("asset").exclude(srt="")
    dubbing: Dubbing = get_object_or_404(rows, pk=dubbing_id)
    answer = HttpResponse(dubbing.srt, content_type="application/x-subrip; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{srt_name(dubbing)}"'
    return answer
