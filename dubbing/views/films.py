from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from accounts.sealing import SealError
from dubbing.models import Film, Version
from dubbing.services.links import film_location, resolve
from dubbing.services.versions import latest_film, make_result_link
from dubbing.states import VersionStatus
from edge.tokens import LapsedTokenError, TokenError

LAPSED = "This link has lapsed. Reload the page and press play again."
FORGED = "This link is not valid. Reload the page and press play again."
# A picture's signed link outlives this by far; films are asked for anew each time.
PICTURE_SECONDS = 900


@login_not_required
@require_safe
def stored_file(request: HttpRequest, token: str, filename: str) -> HttpResponse:
    """For films in a bucket what edge is for films on this disk: the permit in the address, given
    to a member by a page, opens this one file for a while."""
    try:
        link, is_picture = resolve(token)
    except LapsedTokenError:
        return _refusal(410, LAPSED)
    except TokenError:
        return _refusal(403, FORGED)
    response = HttpResponseRedirect(link)
    age = f"private, max-age={PICTURE_SECONDS}" if is_picture else "no-store"
    response["Cache-Control"] = age
    return response


def _refusal(status: int, words: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(words, status=status, content_type="text/plain", headers=headers)


@never_cache
@require_GET
@team_view(Can.DOWNLOAD)
def film_download(request: TeamRequest, film_id: uuid.UUID) -> HttpResponseRedirect:
    films = Film.objects.stored().select_related("asset", "version__dubbing")
    film = get_object_or_404(films, pk=film_id)
    return HttpResponseRedirect(film_location(film=film, member=str(request.user.pk)))


@never_cache
@require_GET
@team_view(Can.DOWNLOAD)
def version_download(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    """The newest film: our copy, or Panjaya's own while ours is still on its way."""
    version = get_object_or_404(Version.objects.select_related("asset__connection"), pk=version_id)
    film = latest_film(version)
    is_newest = film is not None and film.generation == version.generation
    if film is not None and (is_newest or version.status != VersionStatus.COMPLETED):
        return redirect("dubbing:film-download", film.pk)
    return _to_result(request, version)


@never_cache
@require_GET
@team_view(Can.VIEW)
def version_result(request: TeamRequest, version_id: uuid.UUID) -> HttpResponseRedirect:
    """For the player, before our copy is there: Panjaya's link, made when play is pressed."""
    version = get_object_or_404(Version.objects.select_related("asset__connection"), pk=version_id)
    return _to_result(request, version)


def _to_result(request: TeamRequest, version: Version) -> HttpResponseRedirect:
    try:
        return HttpResponseRedirect(make_result_link(version=version))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except SealError:
        messages.error(request, "The key of this connection cannot be opened.")
    return redirect("dubbing:version-detail", version.pk)
