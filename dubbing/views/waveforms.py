from __future__ import annotations

import uuid

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Upload


@require_GET
@team_view(Can.PRODUCE)
def upload_waveform(request: TeamRequest, upload_id: uuid.UUID) -> FileResponse:
    """Peaks for drawing, as JSON: at most 150 kB, written once and never changed."""
    upload = get_object_or_404(Upload, pk=upload_id)
    if not upload.waveform:
        raise Http404
    try:
        file = upload.waveform.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type="application/json")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
