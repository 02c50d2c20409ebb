"""The signed endpoint. Plain Django: the raw body is what was signed."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dubbing.services.callbacks import (
    MAX_BODY_BYTES,
    CallbackRefusedError,
    UnknownTokenError,
    receive_callback,
)

logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def panjaya_callback(request: HttpRequest, token: str) -> HttpResponse:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdigit() or int(announced) > MAX_BODY_BYTES:
        return HttpResponse(f"At most {MAX_BODY_BYTES} bytes.\n", status=413)
    try:
        receipt = receive_callback(token=token, body=request.body, headers=request.headers)
    except UnknownTokenError:
        return HttpResponse("No such address.\n", status=404)
    except UnreadablePostError:
        return HttpResponse("The body ended early.\n", status=400)
    except OperationalError as error:
        # In one line: while the database is away, each delivery would leave a page of traceback.
        logger.warning(
            "callback not taken, the database is away: %s", type(error.__cause__).__name__
        )
        return HttpResponse("Try again.\n", status=503, headers={"Retry-After": "5"})
    except CallbackRefusedError as error:
        logger.warning("callback refused: %s", error)
        return HttpResponse("Refused.\n", status=400)
    logger.info("callback %s moved=%s", receipt.event, receipt.moved)
    return HttpResponse(status=200)
