"""Templates and named language sets: made from what is chosen, renamed, deleted."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.batches import BatchForm, NameForm, PresetForm
from dubbing.models import LanguageSet, Preset
from dubbing.screens.presets import list_presets
from dubbing.services import presets
from dubbing.services.actors import Actor


@require_GET
@team_view(Can.PRODUCE)
def preset_list(request: TeamRequest) -> HttpResponse:
    return render(request, "dubbing/preset/list.html", {"screen": list_presets()})


@require_POST
@team_view(Can.PRODUCE)
def preset_new(request: TeamRequest) -> HttpResponse:
    """A template of what the form of a batch holds just now."""
    form = BatchForm(request.POST)
    try:
        preset = presets.save_preset(
            team=request.team,
            actor=Actor(user=request.user),
            name=request.POST.get("name", ""),
            settings=form.settings(),
        )
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=422)
    return JsonResponse({"id": str(preset.pk), "name": preset.name}, status=201)


@require_POST
@team_view(Can.PRODUCE)
def language_set_new(request: TeamRequest) -> HttpResponse:
    try:
        made = presets.save_language_set(
            team=request.team,
            name=request.POST.get("name", ""),
            locales=request.POST.getlist("languages"),
        )
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=422)
    return JsonResponse(
        {"id": str(made.pk), "name": made.name, "locales": made.locales}, status=201
    )


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def preset_change(request: TeamRequest, preset_id: uuid.UUID) -> HttpResponse:
    preset: Preset = get_object_or_404(Preset.objects.all(), pk=preset_id)
    form = PresetForm.of(preset, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            presets.change_preset(
                preset=preset, name=form.cleaned_data["name"], settings=form.settings()
            )
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, f"The template “{preset.name}” is changed.")
            return redirect("dubbing:preset-list")
    return render(request, "dubbing/preset/detail.html", {"preset": preset, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def language_set_rename(request: TeamRequest, language_set_id: uuid.UUID) -> HttpResponse:
    found: LanguageSet = get_object_or_404(LanguageSet.objects.all(), pk=language_set_id)
    form = NameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            presets.rename(row=found, name=form.cleaned_data["name"])
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, "Renamed.")
            return redirect("dubbing:preset-list")
    title = "Rename the language set"
    context = {"title": title, "form": form, "verb": "Rename", "kind": "primary"}
    return render(request, "dubbing/preset/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def preset_delete(request: TeamRequest, preset_id: uuid.UUID) -> HttpResponse:
    preset: Preset = get_object_or_404(Preset.objects.all(), pk=preset_id)
    if request.method == "POST":
        presets.delete_preset(preset=preset)
        messages.success(request, f"The template “{preset.name}” is deleted.")
        return redirect("dubbing:preset-list")
    return _ask_to_delete(request, f"Delete the template “{preset.name}”?")


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def language_set_delete(request: TeamRequest, language_set_id: uuid.UUID) -> HttpResponse:
    found: LanguageSet = get_object_or_404(LanguageSet.objects.all(), pk=language_set_id)
    if request.method == "POST":
        presets.delete_language_set(language_set=found)
        messages.success(request, f"The language set “{found.name}” is deleted.")
        return redirect("dubbing:preset-list")
    return _ask_to_delete(request, f"Delete the language set “{found.name}”?")


def _ask_to_delete(request: TeamRequest, title: str) -> HttpResponse:
    facts = ["Videos and batches that were begun with it keep their values."]
    context = {"title": title, "facts": facts, "verb": "Delete"}
    return render(request, "dubbing/preset/change.html", context)
