"""Who has a dub in hand, who judges it, by when: edited in its place."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.reviews import WorkForm
from dubbing.models import Dubbing
from dubbing.services.actors import Actor
from dubbing.services.work import StaleWorkError, change_work, due_warning, read_work


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def dubbing_work(request: TeamRequest, dubbing_id: uuid.UUID) -> HttpResponse:
    """An edit of an older state comes back with both: what is there now, and what was chosen."""
    related = ("asset", "locale", "owner", "reviewer", "current")
    dubbing: Dubbing = get_object_or_404(Dubbing.objects.select_related(*related), pk=dubbing_id)
    is_post = request.method == "POST"
    form = WorkForm.of(dubbing, request.POST if is_post else None)
    stale: StaleWorkError | None = None
    if is_post and form.is_valid():
        try:
            _save(request, dubbing, form)
        except StaleWorkError as error:
            stale = error
            form = WorkForm.of(error.current, _chosen(request, error.current))
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect(_page_of(request, dubbing))
    context = {
        "dubbing": dubbing,
        "form": form,
        "stale": stale,
        "back_url": _page_of(request, dubbing),
    }
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.OK
    return render(request, "dubbing/dub/work.html", context, status=status)


def _save(request: TeamRequest, dubbing: Dubbing, form: WorkForm) -> None:
    changes = read_work(form.given())
    change_work(
        dubbings=dubbing,
        changes=changes,
        actor=Actor(user=request.user),
        revision=form.cleaned_data["revision"],
    )
    messages.success(request, "Saved.")
    if warning := due_warning(changes.get("due_on")):
        messages.warning(request, warning)


def _chosen(request: TeamRequest, current: Dubbing) -> QueryDict:
    """What the person chose, to be saved over what they have now been shown."""
    data = request.POST.copy()
    data["revision"] = str(current.work_revision)
    return data


def _page_of(request: TeamRequest, dubbing: Dubbing) -> str:
    """Where the person came from."""
    if dubbing.current_id is None or request.GET.get("back") == "video":
        return reverse("dubbing:asset-detail", args=[dubbing.asset_id])
    return reverse("dubbing:version-detail", args=[dubbing.current_id])
