"""What people give: a new video, more languages."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms import AssetForm, LanguagesForm
from dubbing.models import Asset, Preset
from dubbing.services.actors import Actor
from dubbing.services.assets import add_languages, submit_asset
from dubbing.services.connections import current_connection
from dubbing.services.history import srt_notes
from dubbing.services.presets import find_preset

NEW_DRAFT, LANGUAGES_DRAFT = "asset-new", "languages-add"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def asset_new(request: TeamRequest) -> HttpResponse:
    """With `like`, the id of a video: filled in as that one was sent."""
    is_post = request.method == "POST"
    like, preset = _like(request), find_preset(request.GET.get("preset", ""))
    begun = like or preset
    draft = f"{NEW_DRAFT}-{begun.pk}" if begun else NEW_DRAFT
    first = _first_form(like, preset)
    form = AssetForm(request.POST, request.FILES) if is_post else first
    if is_post and form.is_valid():
        submission = form.cleaned_data["submission"]
        was_sent = _was_sent(submission)
        try:
            asset = submit_asset(
                team=request.team,
                actor=Actor(user=request.user),
                draft=form.draft(),
                submission=submission,
            )
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return _sent(request, asset, draft, was_sent=was_sent)
    context = {"form": form, "draft": draft, "engine": _engine_name(), "like": like}
    context |= {"presets": Preset.objects.all(), "preset": preset}
    return render(request, "dubbing/asset/new.html", context)


def _first_form(like: Asset | None, preset: Preset | None) -> AssetForm:
    if like is not None:
        return AssetForm.like(like)
    return AssetForm.with_preset(preset) if preset is not None else AssetForm()


def _like(request: TeamRequest) -> Asset | None:
    try:
        wanted = uuid.UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    like: Asset | None = Asset.objects.select_related("project").filter(pk=wanted).first()
    return like


def _was_sent(submission: uuid.UUID | None) -> bool:
    return submission is not None and Asset.objects.filter(submission=submission).exists()


def _sent(
    request: TeamRequest, asset: Asset, draft: str, *, was_sent: bool
) -> HttpResponseRedirect:
    if was_sent:
        messages.info(request, "This form was sent before: here is the video it made.")
    else:
        messages.success(request, "Given to the desk. It goes to Panjaya now.")
        for note in srt_notes(dubbings=list(asset.dubbings.all())):
            messages.info(request, note)
    request.session["draft_done"] = draft
    return redirect("dubbing:asset-detail", asset.pk)


def _engine_name() -> str:
    """Empty where the team has no connection yet."""
    try:
        return current_connection().engine_name
    except ValidationError:
        return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def languages_add(request: TeamRequest, asset_id: uuid.UUID) -> HttpResponse:
    asset = get_object_or_404(Asset.objects.select_related("locale"), pk=asset_id)
    taken = frozenset({asset.locale_id, *asset.dubbings.values_list("locale_id", flat=True)})
    is_post = request.method == "POST"
    given = (request.POST, request.FILES) if is_post else ()
    form = LanguagesForm(*given, taken=taken)
    if is_post and form.is_valid():
        try:
            dubbings = add_languages(
                asset=asset, actor=Actor(user=request.user), drafts=form.language_drafts()
            )
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, f"Languages added: {len(dubbings)}. They go to Panjaya now.")
            for note in srt_notes(dubbings=dubbings):
                messages.info(request, note)
            request.session["draft_done"] = f"{LANGUAGES_DRAFT}-{asset.pk}"
            return redirect("dubbing:asset-detail", asset.pk)
    context = {"asset": asset, "form": form, "draft": f"{LANGUAGES_DRAFT}-{asset.pk}"}
    return render(request, "dubbing/asset/languages_add.html", context)
