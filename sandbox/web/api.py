"""The endpoints of the dubbing API. Each takes values out of the request and gives one command."""

from __future__ import annotations

import hmac
import json

from sandbox.commands import (
    add_languages,
    duplicate_version,
    generate_version,
    require_asset,
    require_version,
    revise_version,
    submit_asset,
)
from sandbox.errors import ApiError, BadInputError
from sandbox.installation import Installation
from sandbox.records import Version
from sandbox.states import VersionStatus
from sandbox.store.assets import count_assets, dubbings_of, newest_assets
from sandbox.store.ledger import all_entries
from sandbox.validation import (
    as_object,
    read_expiry,
    read_languages,
    read_lips_model,
    read_new_asset,
)
from sandbox.web.http import Answer, Request, json_answer
from sandbox.web.multipart import Form, read_form
from sandbox.wire import Json, asset_body, list_body, list_item, version_body


def require_key(here: Installation, request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    known = [
        hmac.compare_digest(key.strip().encode(), api_key.encode())
        for api_key in here.settings.api_keys
    ]
    if scheme.lower() != "bearer" or not any(known):
        raise ApiError(401, "the API key could not be validated")


def list_assets(here: Installation, request: Request) -> Answer:
    paging = here.dialect.paging
    first = 0 if paging.by_offset else 1
    position = _number(request, paging.position, first, low=first, high=10**9)
    size = _number(request, paging.size, paging.default_size, low=1, high=paging.max_size)
    offset = position if paging.by_offset else (position - 1) * size
    omitted = here.quirks.omitted_assets
    items = [
        list_item(here.dialect, asset, dubbings_of(here.database, asset.id))
        for asset in newest_assets(here.database, offset=offset + omitted, limit=size)
    ]
    total = max(0, count_assets(here.database) - omitted)
    return json_answer(200, list_body(here.dialect, items, total, position, size))


def create_asset(here: Installation, request: Request) -> Answer:
    new = read_new_asset(request.json(), here.dialect, has_file=False)
    asset = submit_asset(here, new)
    return _asset_answer(here, asset.id, here.dialect.created_status)


def upload_asset(here: Installation, request: Request) -> Answer:
    names = here.dialect.request
    if request.body is None:
        raise ApiError(400, "the upload has no body")
    form = read_form(
        request.body,
        request.headers["content-type"],
        file_parts=(names.file_part, names.background_part),
        folder=here.media_dir,
        max_file_bytes=here.settings.max_bytes,
    )
    try:
        return _submit_form(here, form)
    except BaseException:
        form.discard()
        raise


def get_asset(here: Installation, request: Request, asset_id: str) -> Answer:
    return _asset_answer(here, require_asset(here, asset_id).id, 200)


def post_languages(here: Installation, request: Request, asset_id: str) -> Answer:
    asset = require_asset(here, asset_id)
    taken = [dubbing.locale for dubbing in dubbings_of(here.database, asset.id)]
    data = as_object(request.json())
    languages = read_languages(data, here.dialect, source=asset.locale, taken=taken)
    add_languages(here, asset, languages)
    return _asset_answer(here, asset.id, 200)


def get_version(here: Installation, request: Request, version_id: str) -> Answer:
    return json_answer(200, _version_body(here, require_version(here, version_id)))


def revise(here: Installation, request: Request, version_id: str) -> Answer:
    version = require_version(here, version_id)
    wish = as_object(request.json()).get(here.dialect.request.studio_url_request)
    seconds = None if wish is None else read_expiry(as_object(wish), here.dialect)
    now = revise_version(here, version)
    body = _version_body(here, now)
    name = here.dialect.response.studio_url
    body[name] = None if seconds is None else here.signed_studio_url(now.id, seconds)
    return json_answer(200, body)


def sign_studio_url(here: Installation, request: Request, version_id: str) -> Answer:
    version = require_version(here, version_id)
    seconds = read_expiry(as_object(request.json()), here.dialect)
    name = here.dialect.response.studio_url
    return json_answer(200, {name: here.signed_studio_url(version.id, seconds)})


def generate(here: Installation, request: Request, version_id: str) -> Answer:
    if not here.dialect.has_generate:
        raise ApiError(404, "Not Found")
    version = require_version(here, version_id)
    lips_model = read_lips_model(as_object(request.json()), here.dialect)
    return json_answer(200, _version_body(here, generate_version(here, version, lips_model)))


def duplicate(here: Installation, request: Request, version_id: str) -> Answer:
    copy = duplicate_version(here, require_version(here, version_id))
    return json_answer(here.dialect.created_status, _version_body(here, copy))


def ledger(here: Installation, request: Request) -> Answer:
    return json_answer(200, {"entries": all_entries(here.database)})


def health(here: Installation, request: Request) -> Answer:
    return json_answer(200, {"ok": True})


def public_key(here: Installation, request: Request) -> Answer:
    return Answer(200, "application/x-pem-file", here.callback_key.public_pem())


def _submit_form(here: Installation, form: Form) -> Answer:
    names = here.dialect.request
    if names.data_part not in form.fields:
        raise BadInputError((names.data_part,), "is required")
    try:
        data = json.loads(form.fields[names.data_part])
    except (ValueError, RecursionError):
        raise BadInputError((names.data_part,), "is not valid JSON") from None
    new = read_new_asset(data, here.dialect, has_file=True)
    if names.file_part not in form.files:
        raise BadInputError((names.file_part,), "is required")
    background = form.files.get(names.background_part)
    asset = submit_asset(here, new, source=form.files[names.file_part], background=background)
    return _asset_answer(here, asset.id, here.dialect.created_status)


def _asset_answer(here: Installation, asset_id: str, status: int) -> Answer:
    with here.database.transaction():
        asset = require_asset(here, asset_id)
        dubbings = dubbings_of(here.database, asset_id)
    return json_answer(status, asset_body(here.dialect, asset, dubbings))


def _version_body(here: Installation, version: Version) -> Json:
    is_there = version.status is VersionStatus.COMPLETED and version.film_path
    result = here.film_url(version.id, version.generation) if is_there else None
    return version_body(here.dialect, version, here.studio_url(version.id), result)


def _number(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
        raise BadInputError((name,), f"must be a whole number between {low} and {high}")
    return int(text)
