from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import OutboxMessage
from dubbing.screens.confirmations import confirm_retry
from dubbing.services.actors import Actor
from dubbing.services.outbox import retry_message


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def message_retry(request: TeamRequest, message_id: uuid.UUID) -> HttpResponse:
    """Sends once more; where nobody knows whether it arrived, a person confirms first."""
    related = ("asset", "version__dubbing__locale")
    message = get_object_or_404(OutboxMessage.objects.select_related(*related), pk=message_id)
    if request.method == "POST":
        try:
            retry_message(message=message, actor=Actor(user=request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "It goes to Panjaya once more.")
        if message.version_id:
            return redirect("dubbing:version-detail", message.version_id)
        return redirect("dubbing:asset-detail", message.asset_id)
    context = {"confirm": confirm_retry(message)}
    return render(request, "dubbing/message/retry.html", context)
