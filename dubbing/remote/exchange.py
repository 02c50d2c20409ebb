from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx

from . import wire
from .errors import BadAnswerError, CallAbsentError, RemoteError, classify
from .multipart import MultipartBody
from .reading import without_permits
from .types import JsonObject

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
WRITE_SECONDS = 60.0
POOL_SECONDS = 5.0
CALLS_AT_ONCE = 40
# After an upload the far side may look into the whole film before it answers.
UPLOAD_READ_SECONDS = 300.0
# One byte every 29 seconds would pass the read timeout for ever.
ANSWER_SECONDS = 60.0
LARGEST_ANSWER_BYTES = 8 * 1024 * 1024

UPLOAD_TIMEOUT = httpx.Timeout(
    connect=CONNECT_SECONDS, read=UPLOAD_READ_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS
)
# Not compressed: a small packed answer could unpack to any size in memory.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Dubdesk"}
TRANSPORT_ERRORS = (httpx.HTTPError, httpx.InvalidURL, BadAnswerError)


def make_http_client(
    transport: httpx.BaseTransport | None = None,
    *,
    at_once: int = CALLS_AT_ONCE,
    patience_seconds: float = POOL_SECONDS,
) -> httpx.Client:
    """A client with every timeout set, to be shared by all connections of a process.

    `at_once`: so many calls; one more waits for `patience_seconds` and is an UnreachableError then.

    httpx logs every address at INFO, and addresses of films are signed: the settings must keep
    its logger "httpx" at WARNING.
    """
    return httpx.Client(
        transport=transport,
        timeout=httpx.Timeout(
            connect=CONNECT_SECONDS, read=READ_SECONDS, write=WRITE_SECONDS, pool=patience_seconds
        ),
        headers=HEADERS,
        follow_redirects=False,
        max_redirects=5,
        limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=20),
        # Teams share this client: what one key was given must not go out with another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # A proxy of the environment serves the vendor's address, never the sandbox beside us.
        mounts={"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None},
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call; `paid` ones must not be carried out twice."""

    call: str
    paid: bool
    remote_id: str = ""
    params: Mapping[str, int] | None = None
    body: JsonObject | None = None
    form: MultipartBody | None = None

    def outcome_matters(self) -> bool:
        # A request of which the announced length never left in full cannot have been carried out.
        return self.paid and (self.form is None or self.form.may_be_complete)


class Channel:
    """Sends exchanges to one address with one key; every failure is a RemoteError."""

    def __init__(
        self, http: httpx.Client, base_url: str, key: str, profile: wire.WireProfile
    ) -> None:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError("The base address must start with http:// or https://.")
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("The key must be printable characters without spaces.")
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._profile = profile

    def send(self, exchange: Exchange) -> bytes:
        """The body of a 2xx answer."""
        request = self._request(exchange)
        try:
            response, raw = self._answered(request)
        except TRANSPORT_ERRORS as error:
            raise classify(error, paid=exchange.outcome_matters()) from None
        if response.is_success:
            return raw
        raise self._refusal(exchange, response, raw)

    def _request(self, exchange: Exchange) -> httpx.Request:
        target = wire.encode_call(self._profile, exchange.call, exchange.remote_id)
        if target is None:
            raise CallAbsentError(None, "By its profile this connection does not have the call.")
        method, path = target
        headers = {
            "Accept": "application/json",
            "Authorization": wire.encode_authorization(self._profile, self._key),
        }
        content: bytes | MultipartBody | None = None
        timeout = self._http.timeout if exchange.form is None else UPLOAD_TIMEOUT
        if exchange.form is not None:
            content = exchange.form
            headers |= exchange.form.headers
        elif exchange.body is not None:
            content = wire.encode_body(exchange.body)
            headers["Content-Type"] = "application/json"
        try:
            return self._http.build_request(
                method,
                self._base_url + path,
                params=exchange.params,
                content=content,
                headers=headers,
                timeout=timeout,
            )
        except httpx.InvalidURL as error:
            raise classify(error, paid=exchange.paid) from None

    def _answered(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        response = self._http.send(request, stream=True)
        try:
            return response, _read(response)
        except TRANSPORT_ERRORS:
            # A refusal is one whatever becomes of its body.
            if response.is_success:
                raise
            return response, b""
        finally:
            response.close()

    def _refusal(self, exchange: Exchange, response: httpx.Response, raw: bytes) -> RemoteError:
        detail = wire.decode_error_detail(self._profile, raw)
        if detail:
            detail = without_permits(detail.replace(self._key, "[key]"))
        return classify(response, paid=exchange.outcome_matters(), detail=detail)


def _read(response: httpx.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise BadAnswerError("The answer is compressed although we asked for plain text.")
    deadline = time.monotonic() + ANSWER_SECONDS
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise BadAnswerError("The answer is too large.")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("The answer took too long.")
    return bytes(body)
