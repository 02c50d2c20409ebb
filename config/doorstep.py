"""Callbacks without a signature are turned away before Django sees them.

The one address that the whole world may reach is theirs too. A flood of them must not cost the
signed ones their place: what Django would do for each (layers, an id, two lines of log) is more
than a hundred times the work of saying no.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from config.bodies import Application, StartResponse
from dubbing.remote.signature import SIGNATURE_HEADER
from dubbing.services.unsigned import note_unsigned

# As WSGI spells it.
SIGNATURE = f"HTTP_{SIGNATURE_HEADER.upper().replace('-', '_')}"
REFUSED = b"Refused.\n"
HEADERS = [("Content-Type", "text/plain"), ("Content-Length", str(len(REFUSED)))]


def signed_callbacks_only(application: Application) -> Application:
    def wrapped(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ.get(SIGNATURE)
            or environ["REQUEST_METHOD"] != "POST"
            or not environ.get("PATH_INFO", "").startswith("/callbacks/")
        ):
            return application(environ, start_response)
        note_unsigned()
        start_response("400 Bad Request", HEADERS)
        return [REFUSED]

    return wrapped
