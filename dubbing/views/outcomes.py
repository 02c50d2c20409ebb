from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.screens.outcome import OutcomeScreen
from dubbing.services.actors import Actor
from dubbing.services.candidates import confirm_candidate, list_candidates, look_for_proof
from dubbing.views.queue import find_message

MOST_ID_LENGTH = 200


@require_GET
@team_view(Can.PRODUCE)
def message_decide(request: TeamRequest, message_id: uuid.UUID) -> HttpResponse:
    """What was sent, and the three ways on. Panjaya's list is read only when somebody asks."""
    message = find_message(message_id)
    candidates, fault = None, ""
    if "list" in request.GET and OutcomeScreen(message).is_creation:
        try:
            candidates = list_candidates(connection=message.asset.connection)
        except ValidationError as error:
            fault = " ".join(error.messages)
    screen = OutcomeScreen(message, candidates, fault)
    return render(request, "dubbing/message/decide.html", {"screen": screen})


@require_POST
@team_view(Can.PRODUCE)
def message_look(request: TeamRequest, message_id: uuid.UUID) -> HttpResponseRedirect:
    """For what is about a video that Panjaya has: one look may settle it."""
    message = find_message(message_id)
    try:
        proven = bool(message.asset.remote_id) and look_for_proof(message=message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if proven:
            messages.success(request, "It did arrive: Panjaya shows it.")
            return redirect(OutcomeScreen(message).url)
        words = "Panjaya shows nothing of it yet. That is no proof: it may still be at work."
        messages.info(request, words)
    return redirect("dubbing:message-decide", message.pk)


@require_POST
@team_view(Can.PRODUCE)
def message_confirm(request: TeamRequest, message_id: uuid.UUID) -> HttpResponseRedirect:
    message = find_message(message_id)
    remote_id = request.POST.get("remote_id", "").strip()
    if not remote_id or len(remote_id) > MOST_ID_LENGTH:
        messages.error(request, "Choose one of the entries.")
        return redirect("dubbing:message-decide", message.pk)
    try:
        confirm_candidate(message=message, remote_id=remote_id, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:message-decide", message.pk)
    messages.success(request, "Recognised. From now on it is followed like every other video.")
    return redirect("dubbing:asset-detail", message.asset_id)
