from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.money import RatesForm
from dubbing.models import OutboxMessage
from dubbing.screens.money import HEADINGS, MoneyScreen, exported_lines
from dubbing.screens.month import read_month
from dubbing.services.actors import Actor
from dubbing.services.money import change_rates, current_rates
from dubbing.services.releases import held_messages, release_messages
from dubbing.sheets import write_csv

RATES_FACTS = [
    "New prices count for what is sent from now on; what was counted before stays as it was.",
    "These are your own figures: Panjaya’s bill may say something else.",
]


@require_GET
@team_view(Can.PRODUCE)
def money(request: TeamRequest) -> HttpResponse:
    try:
        before = uuid.UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        before = None
    month = read_month(request.GET.get("month", ""))
    screen = MoneyScreen(request.team.pk, month, request.membership, before)
    return render(request, "dubbing/money/page.html", {"screen": screen})


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.MANAGE_MONEY)
def money_rates(request: TeamRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = RatesForm.of(current_rates(team_id=request.team.pk), given)
    if form.is_valid():
        try:
            change_rates(team=request.team, actor=Actor(user=request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            messages.success(request, "Saved. It counts for what is sent from now on.")
            return redirect("dubbing:money")
    return render(request, "dubbing/money/rates.html", {"form": form, "facts": RATES_FACTS})


@require_POST
@team_view(Can.MANAGE_MONEY)
def money_release(request: TeamRequest) -> HttpResponseRedirect:
    """One command that waits above the ceiling, or with `all` every one of them."""
    message = _message(request.POST.get("message", ""))
    chosen = held_messages() if "all" in request.POST else [message] if message else []
    count = release_messages(messages=chosen, actor=Actor(user=request.user))
    if count:
        noun = "command goes" if count == 1 else "commands go"
        messages.success(
            request,
            f"Released: {count} {noun} to the queue; what has not left it can be taken back there.",
        )
    else:
        messages.info(request, "Nothing waits for a release any more.")
    if request.POST.get("next") == "asset" and message is not None:
        return redirect("dubbing:asset-detail", message.asset_id)
    return redirect("dubbing:queue" if request.POST.get("next") == "queue" else "dubbing:money")


def _message(text: str) -> OutboxMessage | None:
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        return None
    message: OutboxMessage | None = OutboxMessage.objects.filter(pk=wanted).first()
    return message


@require_GET
@team_view(Can.PRODUCE)
def money_export(request: TeamRequest) -> StreamingHttpResponse:
    """The month's lines, all of them, as CSV."""
    month = read_month(request.GET.get("month", ""))
    pieces = write_csv(HEADINGS, exported_lines(request.team.pk, month))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="spending-{month:%Y-%m}.csv"'
    return response
