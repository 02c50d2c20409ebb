from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from accounts.sealing import SealError
from dubbing.forms.reviews import NoteForm
from dubbing.models import Version
from dubbing.remote.errors import RemoteError
from dubbing.screens.asset import look_again_if_old
from dubbing.screens.confirmations import confirm_revise
from dubbing.screens.history import AT_FIRST, read_history
from dubbing.screens.version import VersionScreen
from dubbing.services.actors import Actor
from dubbing.services.films import copy_again
from dubbing.services.links import poster_link
from dubbing.services.refresh import ask_refresh
from dubbing.services.versions import generate_version, make_studio_link, revise_version
from dubbing.views.live import live_part

NO_ANSWER = "Panjaya does not answer just now. Nothing was changed; try again in a minute."


def find_version(version_id: uuid.UUID) -> Version:
    people = ("dubbing__owner", "dubbing__reviewer", "dubbing__reviewed_by", "dubbing__current")
    related = ("asset__connection", "asset__locale", "dubbing__locale", *people)
    version: Version = get_object_or_404(Version.objects.select_related(*related), pk=version_id)
    version.dubbing.asset = version.asset  # one row, one object
    return version


@require_GET
@team_view(Can.VIEW)
def version_detail(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    version = find_version(version_id)
    look_again_if_old(version.asset)
    screen = VersionScreen(version, request.membership)
    return render(request, "dubbing/version/detail.html", _shown(screen))


@require_GET
@team_view(Can.VIEW)
def version_progress(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    """The live part of the dub's page."""
    version = find_version(version_id)
    look_again_if_old(version.asset, came_back="back" in request.GET)
    screen = VersionScreen(version, request.membership)
    return live_part(
        request,
        "dubbing/version/_progress.html",
        revision=screen.revision,
        context=lambda: _shown(screen),
    )


def _shown(screen: VersionScreen) -> dict[str, Any]:
    return {
        "screen": screen,
        "notes": screen.notes,
        "note_form": NoteForm(),
        "version": screen.version,
        "history": read_history(asset=screen.asset, version=screen.version, limit=AT_FIRST),
        "poster_url": poster_link(asset=screen.asset, member=screen.member),
    }


@require_POST
@team_view(Can.PRODUCE)
def version_generate(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    version = find_version(version_id)
    try:
        generate_version(version=version, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Panjaya is asked to make the film.")
    return redirect("dubbing:version-detail", version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def version_revise(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    """Asks first: the engine deletes its film for good."""
    version = find_version(version_id)
    if request.method == "POST":
        try:
            revise_version(version=version, actor=Actor(user=request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Panjaya is asked to open it for editing again.")
        return redirect("dubbing:version-detail", version.pk)
    screen = VersionScreen(version, request.membership)
    context = {"screen": screen, "confirm": confirm_revise(screen)}
    return render(request, "dubbing/version/revise.html", context)


@never_cache
@require_GET
@team_view(Can.EDIT_IN_STUDIO)
def version_studio(request: TeamRequest, version_id: uuid.UUID) -> HttpResponse:
    """Makes the link on click; one without a signature meets Panjaya's login, and we say so."""
    version = find_version(version_id)
    try:
        link = make_studio_link(version=version)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (RemoteError, SealError):
        messages.error(request, NO_ANSWER)
    else:
        ask_refresh(asset=version.asset)
        if link.signed:
            return HttpResponseRedirect(link.url)
        context = {"version": version, "studio_url": link.url}
        return render(request, "dubbing/connection/studio_login.html", context)
    return redirect("dubbing:version-detail", version.pk)


@require_POST
@team_view(Can.PRODUCE)
def version_copy_again(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    version = find_version(version_id)
    if copy_again(version=version):
        messages.success(request, "The film is being fetched again.")
    else:
        messages.info(request, "There is no film waiting to be copied.")
    return redirect("dubbing:version-detail", version.pk)
