"""`Idempotency-Key`: a repeat of the same request gets the first one's answer."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from dubbing.api.errors import refuse
from dubbing.media import sha256_of
from dubbing.models import IdempotentAnswer
from dubbing.services.idempotency import Claim, claim_key, keep_answer, release_key

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")


def answer_once(
    request: Request,
    key: ApiKey,
    body: dict[str, Any],
    act: Callable[[uuid.UUID | None], Response],
) -> HttpResponseBase:
    """Calls `act` with an id of this request, which its repeats share.

    What raises is not remembered: mended, it may come again with the same key.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return act(None)
    if not KEY.fullmatch(name):
        message = "Give 1 to 255 visible ASCII characters, such as a UUID."
        refuse(HEADER, message, "invalid_idempotency_key")
    claim = claim_key(api_key=key, key=name, request_hash=fingerprint(request, body))
    return replay(claim) if claim.answered else _answer_and_keep(claim.row, act)


def _answer_and_keep(
    row: IdempotentAnswer, act: Callable[[uuid.UUID | None], Response]
) -> Response:
    try:
        response = act(row.id)
        text = JSONRenderer().render(response.data).decode()
    except BaseException:
        release_key(row=row)
        raise
    keep_answer(row=row, status_code=response.status_code, body=text)
    return response


def replay(claim: Claim) -> HttpResponse:
    return HttpResponse(
        claim.row.body,
        status=claim.row.status_code,
        content_type="application/json",
        headers={REPLAYED: "true"},
    )


def fingerprint(request: Request, body: dict[str, Any]) -> str:
    """What makes two requests the same: method, path, values, and files by their content."""
    told = json.dumps([request.method, request.path, body], sort_keys=True, default=_file_marks)
    return hashlib.sha256(told.encode()).hexdigest()


def _file_marks(file: UploadedFile) -> list[Any]:
    file.seek(0)
    digest = sha256_of(file)
    file.seek(0)
    return [file.name, file.size, digest]
