"""The daily mail's own switch: on a page, and by the link in the mail itself."""

from __future__ import annotations

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dubbing.forms.digest import DigestForm
from dubbing.services.attention import choose_digest, digest_choices, person_of_token


@require_http_methods(["GET", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    given = request.POST if request.method == "POST" else None
    form = DigestForm(given, choices=digest_choices(user=user))
    if form.is_valid():
        chosen = {uuid.UUID(pk) for pk in form.cleaned_data["teams"]}
        choose_digest(user=user, team_ids=chosen)
        messages.success(request, "Saved." if chosen else "Saved. No more digests come.")
        return redirect("dubbing:digest")
    return render(request, "dubbing/digest/page.html", {"form": form, "hour": settings.DIGEST_HOUR})


@csrf_exempt  # mail programs press the button by themselves; the address is the permit
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def digest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Only a press ends the mails: programs that look at links change nothing."""
    person = person_of_token(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        choose_digest(user=person, team_ids=set())
    context = {"person": person, "is_stopped": request.method == "POST"}
    return render(request, "dubbing/digest/stop.html", context)
