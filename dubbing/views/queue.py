from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.brakes import DelayForm, PauseForm
from dubbing.models import Connection, OutboxMessage
from dubbing.screens.queue import Place, QueueScreen
from dubbing.services.actors import Actor
from dubbing.services.brakes import pause_team, resume_team, set_delay, team_brake
from dubbing.services.lanes import resume_lane
from dubbing.services.takebacks import send_now, take_back
from dubbing.views.live import live_part

PAUSE_FACTS = [
    "Commands are still taken: they wait in the queue, and nothing is lost.",
    "What is being sent at this moment goes through.",
    "Looking at Panjaya and fetching films go on.",
]


def _screen(request: TeamRequest) -> QueueScreen:
    after = Place.read(request.GET.get("at", ""), request.GET.get("after", ""))
    return QueueScreen(request.membership, after)


@require_GET
@team_view(Can.VIEW)
def queue(request: TeamRequest) -> HttpResponse:
    return render(request, "dubbing/queue/page.html", {"screen": _screen(request)})


@require_GET
@team_view(Can.VIEW)
def queue_rows(request: TeamRequest) -> HttpResponse:
    """The live part of the queue."""
    screen = _screen(request)
    return live_part(
        request,
        "dubbing/queue/_rows.html",
        revision=screen.revision,
        context=lambda: {"screen": screen},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def queue_pause(request: TeamRequest) -> HttpResponse:
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        pause_team(team=request.team, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Sending is paused. Nothing more leaves until somebody goes on.")
        return redirect("dubbing:queue")
    context = {"form": form, "facts": PAUSE_FACTS}
    return render(request, "dubbing/queue/pause.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.MANAGE_TEAM)
def queue_delay(request: TeamRequest) -> HttpResponse:
    """How long everybody in the team can take a command back."""
    form = DelayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_delay(team=request.team, seconds=form.cleaned_data["delay_seconds"])
        messages.success(request, "Saved. It counts for what is asked for from now on.")
        return redirect("dubbing:queue")
    if not form.is_bound:
        form.initial = {"delay_seconds": team_brake(team_id=request.team.pk).delay_seconds}
    standard = settings.SEND_DELAY_SECONDS
    facts = [
        "Until then it can be taken back with one press, and nothing is paid.",
        f"This desk is set up for {standard} seconds, and for none at the sandbox.",
    ]
    return render(request, "dubbing/queue/delay.html", {"form": form, "facts": facts})


@require_POST
@team_view(Can.PRODUCE)
def queue_resume(request: TeamRequest) -> HttpResponseRedirect:
    resume_team(team=request.team)
    messages.success(request, "Sending goes on.")
    return redirect("dubbing:queue")


@require_POST
@team_view(Can.PRODUCE)
def queue_lane_resume(request: TeamRequest, connection_id: uuid.UUID) -> HttpResponseRedirect:
    connection = get_object_or_404(Connection.objects.all(), pk=connection_id)
    resume_lane(connection=connection)
    messages.success(request, f"“{connection.name}” is tried again.")
    return redirect("dubbing:queue")


def find_message(message_id: uuid.UUID) -> OutboxMessage:
    related = ("asset__connection", "version__dubbing__locale")
    message: OutboxMessage = get_object_or_404(
        OutboxMessage.objects.select_related(*related), pk=message_id
    )
    return message


@require_POST
@team_view(Can.PRODUCE)
def message_now(request: TeamRequest, message_id: uuid.UUID) -> HttpResponseRedirect:
    message = find_message(message_id)
    try:
        send_now(message=message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "It goes out as soon as there is a place.")
    return back_to(request, message)


@require_POST
@team_view(Can.PRODUCE)
def message_take_back(request: TeamRequest, message_id: uuid.UUID) -> HttpResponseRedirect:
    message = find_message(message_id)
    try:
        take_back(message=message, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Taken back. It was not sent.")
    return back_to(request, message)


def back_to(request: TeamRequest, message: OutboxMessage) -> HttpResponseRedirect:
    """To the queue when it was pressed there, else to the page of what it is about."""
    if request.POST.get("next") == "queue":
        return redirect("dubbing:queue")
    if message.version_id:
        return redirect("dubbing:version-detail", message.version_id)
    return redirect("dubbing:asset-detail", message.asset_id)
