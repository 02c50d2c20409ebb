from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import team_view
from accounts.form_faults import add_faults
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.adoption import AdoptForm, RemoteIdForm
from dubbing.models import Locale
from dubbing.services.actors import Actor
from dubbing.services.adoption import RemotePage, adopt_asset, list_remote, preview_asset

LAST_PAGE = 10_000


@require_GET
@team_view(Can.PRODUCE)
def adopt_choose(request: TeamRequest) -> HttpResponse:
    """By id, or from Panjaya's list, which is read when somebody asks for a page of it."""
    form = RemoteIdForm()
    page = _page_asked(request)
    listed: RemotePage | None = None
    if page:
        try:
            listed = list_remote(page=page)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    here = reverse("dubbing:asset-adopt")
    context = {
        "form": form,
        "listed": listed,
        "previous_url": f"{here}?page={page - 1}" if page > 1 else "",
        "next_url": f"{here}?page={listed.next_page}" if listed and listed.next_page else "",
    }
    return render(request, "dubbing/asset/adopt.html", context)


def _page_asked(request: TeamRequest) -> int:
    """0: none."""
    word = request.GET.get("page", "")
    return min(int(word), LAST_PAGE) if word.isascii() and word.isdigit() else 0


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def adopt_preview(request: TeamRequest) -> HttpResponse:
    """What would come in; pressed, it comes in."""
    asked = request.POST if request.method == "POST" else request.GET
    remote_id = asked.get("remote_id", "").strip()
    try:
        snapshot = preview_asset(remote_id=remote_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:asset-adopt")
    knows = Locale.objects.filter(code__iexact=snapshot.locale).exists()
    given: dict[str, Any] = {"remote_id": remote_id, "title": snapshot.name}
    form = AdoptForm(
        request.POST if request.method == "POST" else None, initial=given, asks_locale=not knows
    )
    if form.is_bound and form.is_valid():
        try:
            asset = adopt_asset(
                team=request.team, actor=Actor(user=request.user), **form.cleaned_data
            )
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(
                request, "Taken in. It is followed from now on like every other video."
            )
            return redirect("dubbing:asset-detail", asset.pk)
    return render(request, "dubbing/asset/adopt_preview.html", {"form": form, "entry": snapshot})
