from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Upload


@require_GET
@team_view(Can.PRODUCE)
def upload_waveform(request: TeamRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Peaks for drawing, as JSON: at most 150 kB, written once and never changed."""
    upload = get_object_or_404(Upload, pk=upload_id)
    if not upload.waveform:
        raise Http404
    try:
        with upload.waveform.open("rb") as file:
            peaks = file.read()
    except OSError:
        raise Http404 from None
    response = HttpResponse(peaks, content_type="application/json")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
