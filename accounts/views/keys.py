from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import team_view
from accounts.form_faults import add_faults
from accounts.forms import NewApiKeyForm
from accounts.http import TeamRequest
from accounts.models import ApiKey
from accounts.roles import Can, Role, roles_up_to
from accounts.services.keys import create_api_key, revoke_api_key


@require_GET
@team_view(Can.MAKE_KEYS)
def keys(request: TeamRequest) -> HttpResponse:
    rows = ApiKey.objects.select_related("created_by").order_by("-created_at", "id")
    context = {
        "keys": rows.filter(revoked_at=None),
        "revoked": rows.exclude(revoked_at=None)[:20],
    }
    return render(request, "accounts/keys.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@team_view(Can.MAKE_KEYS)
def key_new(request: TeamRequest) -> HttpResponse:
    """The token is in this one answer and nowhere else: no redirect that would have to keep it."""
    form = NewApiKeyForm(request.POST or None, given_by=request.membership.role)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = create_api_key(
                team=request.team,
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                created_by=request.user,
                expires_at=form.expires_at(),
            )
        except ValidationError as error:
            add_faults(form, error)
        else:
            return render(request, "accounts/key_token.html", {"key": key, "token": token})
    return render(request, "accounts/key_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@team_view(Can.MAKE_KEYS)
def key_revoke(request: TeamRequest, key_id: uuid.UUID) -> HttpResponse:
    key = cast(ApiKey, get_object_or_404(ApiKey.objects.all(), pk=key_id))
    if request.method == "GET":
        return render(request, "accounts/key_revoke.html", {"key": key})
    if Role(key.role) not in roles_up_to(request.membership.role):
        messages.error(request, "This key can do more than you. An owner can revoke it.")
        return redirect("accounts:keys")
    revoke_api_key(key=key)
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("accounts:keys")
