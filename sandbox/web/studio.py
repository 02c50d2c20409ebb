"""The small studio: a person looks at a version, makes its film, or opens it again."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import quote

from sandbox.commands import generate_version, require_asset, require_version, revise_version
from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.records import Version
from sandbox.states import VersionStatus
from sandbox.web import pages
from sandbox.web.http import Answer, Request, redirect

_COOKIE = "sandbox_studio"
_SIGNED_IN_SECONDS = 8 * 3600
_STYLESHEET = Path(__file__).with_name("studio.css")
_SAFE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; "
        "base-uri 'none'"
    ),
}


def version_page(here: Installation, request: Request, version_id: str) -> Answer:
    token = request.query.get("token")
    refusal = _refusal(here, request, version_id, token)
    if refusal:
        return refusal
    version = require_version(here, version_id)
    asset = require_asset(here, version.asset_id)
    is_done = version.status is VersionStatus.COMPLETED
    film = here.film_url(version.id, version.generation) if is_done else None
    moves = version.status in (VersionStatus.GENERATING, VersionStatus.NOT_READY)
    page = pages.version_page(
        asset, version, here.dialect.version_words[version.status], film, token
    )
    return _html(200, page, {"Refresh": "2"} if moves else {})


def generate(here: Installation, request: Request, version_id: str) -> Answer:
    return _act(here, request, version_id, generate_version)


def revise(here: Installation, request: Request, version_id: str) -> Answer:
    return _act(here, request, version_id, revise_version)


def sign_in_page(here: Installation, request: Request) -> Answer:
    return _html(200, pages.sign_in_page(request.query.get("version", ""), is_wrong=False))


def sign_in(here: Installation, request: Request) -> Answer:
    form = request.form()
    version_id = form.get("version", "")
    if form.get("key", "").strip() not in here.settings.api_keys:
        return _html(403, pages.sign_in_page(version_id, is_wrong=True))
    token = here.link_key.token("login", "studio", _SIGNED_IN_SECONDS)
    cookie = f"{_COOKIE}={token}; Path=/studio; HttpOnly; SameSite=Lax"
    return redirect(f"/studio/versions/{quote(version_id, safe='')}", {"Set-Cookie": cookie})


def stylesheet(here: Installation, request: Request) -> Answer:
    return Answer(200, "text/css; charset=utf-8", _STYLESHEET.read_bytes())


def _act(
    here: Installation,
    request: Request,
    version_id: str,
    command: Callable[[Installation, Version], Version],
) -> Answer:
    token = request.form().get("token")
    refusal = _refusal(here, request, version_id, token)
    if refusal:
        return refusal
    try:
        command(here, require_version(here, version_id))
    except ApiError as error:
        # Somebody else was quicker, or the button was pressed twice: the page shows what is.
        if error.status != 400:
            raise
    suffix = f"?token={quote(token)}" if token else ""
    return redirect(f"/studio/versions/{version_id}{suffix}")


def _refusal(
    here: Installation, request: Request, version_id: str, token: str | None
) -> Answer | None:
    if _is_signed_in(here, request):
        return None
    if token is None:
        return redirect(f"/studio/sign-in?version={version_id}")
    if here.link_key.is_valid("studio", version_id, token):
        return None
    return _html(403, pages.expired_page(version_id))


def _is_signed_in(here: Installation, request: Request) -> bool:
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return False
    return cookie is not None and here.link_key.is_valid("login", "studio", cookie.value)


def _html(status: int, page: str, headers: dict[str, str] | None = None) -> Answer:
    body = page.encode()
    return Answer(status, "text/html; charset=utf-8", body, {**_SAFE, **(headers or {})})
