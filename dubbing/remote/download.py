from __future__ import annotations

from typing import BinaryIO

import httpx

from .errors import BadAnswerError, LinkLapsedError, NotSentError, RemoteError, classify

LARGEST_FILM_BYTES = 64 * 1024**3
CHUNK_BYTES = 512 * 1024
PLAIN = {"Accept-Encoding": "identity"}
# Storage services answer these, 400 included, to a signed link that is no longer valid.
LAPSED_STATUSES = frozenset({400, 401, 403, 404, 410})


def download(
    http: httpx.Client,
    url: str,
    target: BinaryIO,
    *,
    max_bytes: int = LARGEST_FILM_BYTES,
    chunk: int = CHUNK_BYTES,
) -> int:
    """Write what a signed link leads to into `target`; its length in bytes.

    The link proves itself, so no key is sent along, wherever it or its redirects lead. Raises
    LinkLapsedError, NotSentError (broken or short, try again), BadAnswerError (too long).
    """
    try:
        with http.stream("GET", url, headers=PLAIN, follow_redirects=True) as response:
            if not response.is_success:
                raise _refusal(response)
            return _copied(response, target, max_bytes, chunk)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise classify(error, paid=False) from None


def _refusal(response: httpx.Response) -> RemoteError:
    if response.status_code in LAPSED_STATUSES:
        return LinkLapsedError(response.status_code, "The link to the film is no longer valid.")
    return classify(response, paid=False)


def _copied(response: httpx.Response, target: BinaryIO, max_bytes: int, chunk: int) -> int:
    if response.status_code != 200 or response.headers.get("Content-Encoding"):
        raise BadAnswerError("The link did not answer with the whole film as it is.")
    announced = _announced(response)
    if announced is not None and announced > max_bytes:
        raise BadAnswerError("The film is larger than the limit.")
    received = 0
    for piece in response.iter_bytes(chunk):
        received += len(piece)
        if received > max_bytes:
            raise BadAnswerError("The film is larger than the limit.")
        target.write(piece)
    if announced is not None and received != announced:
        raise NotSentError("The film broke off before its announced end.")
    return received


def _announced(response: httpx.Response) -> int | None:
    value = response.headers.get("Content-Length", "")
    return int(value) if value.isascii() and value.isdigit() else None
