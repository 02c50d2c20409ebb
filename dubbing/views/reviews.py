"""Verdicts on a dub's current version, and which version that is."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.reviews import RevisionForm
from dubbing.models import Dubbing, Version
from dubbing.screens.review import ReviewScreen
from dubbing.services.actors import Actor
from dubbing.services.reviews import (
    approve,
    ask_revision,
    pin_version,
    reset_review,
    start_review,
    unpin_version,
)

DONE = {
    approve: "Approved.",
    start_review: "You review it now; others see that.",
    reset_review: "The verdict is taken back.",
}


def find_reviewed(version_id: uuid.UUID) -> Version:
    related = ("asset", "dubbing__locale", "dubbing__current")
    version: Version = get_object_or_404(Version.objects.select_related(*related), pk=version_id)
    version.dubbing.asset = version.asset
    return version


def _judge(
    request: TeamRequest, version_id: uuid.UUID, verdict: Callable[..., Dubbing]
) -> HttpResponseRedirect:
    version = find_reviewed(version_id)
    try:
        verdict(dubbing=version.dubbing, version=version, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, DONE[verdict])
    return redirect("dubbing:version-detail", version.pk)


@require_POST
@team_view(Can.REVIEW)
def version_approve(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    return _judge(request, version_id, approve)


@require_POST
@team_view(Can.REVIEW)
def version_start_review(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    return _judge(request, version_id, start_review)


@require_POST
@team_view(Can.REVIEW)
def version_reset_review(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    return _judge(request, version_id, reset_review)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.REVIEW)
def version_ask_revision(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    """Asks for the reason; `at` is where the player stood."""
    version = find_reviewed(version_id)
    screen = ReviewScreen(version.dubbing, version, request.membership)
    is_post = request.method == "POST"
    at = request.GET.get("at", "")[:20]
    form = RevisionForm(request.POST) if is_post else RevisionForm(initial={"at_seconds": at})
    if is_post and form.is_valid():
        actor = Actor(user=request.user)
        try:
            ask_revision(dubbing=version.dubbing, version=version, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, "The revision is asked for; the reason stands in the notes.")
            return redirect("dubbing:version-detail", version.pk)
    context = {"version": version, "screen": screen, "form": form}
    return render(request, "dubbing/version/ask.html", context)


@require_POST
@team_view(Can.PRODUCE)
def version_pin(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    version = find_reviewed(version_id)
    pin_version(version=version, actor=Actor(user=request.user))
    messages.success(request, f"Version {version.number} stays the current one.")
    return redirect("dubbing:version-detail", version.pk)


@require_POST
@team_view(Can.PRODUCE)
def version_unpin(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    version = find_reviewed(version_id)
    unpin_version(dubbing=version.dubbing, actor=Actor(user=request.user))
    messages.success(request, "The newest version is the current one again.")
    return redirect("dubbing:version-detail", version.pk)
