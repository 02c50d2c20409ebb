from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.form_faults import add_faults
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.services.members import rename_person


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_person(user=user, name=form.cleaned_data["name"])
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, "Your name is changed.")
            return redirect("accounts:profile")
    own = user.memberships.select_related("team").order_by("team__name")
    return render(request, "accounts/profile.html", {"form": form, "own_memberships": own})
