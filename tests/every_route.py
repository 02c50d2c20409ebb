"""Every route of the project, and who may use it. A route without a row here fails a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import Can

GET, POST, PATCH, DELETE = "get", "post", "patch", "delete"
VIEW, DOWNLOAD, STUDIO = Can.VIEW, Can.DOWNLOAD, Can.EDIT_IN_STUDIO
PRODUCE, KEYS, MANAGE = Can.PRODUCE, Can.MAKE_KEYS, Can.MANAGE_TEAM

# Open to everybody. Each protects by itself what it shows, and has tests of its own.
PUBLIC = {
    "health/live",
    "health/ready",
    "metrics",  # by a token of its own
    "callbacks/panjaya/<str:token>/",  # by token and signature
    "files/<str:token>/<str:filename>",  # by a permit in the address
    "invitations/<str:token>/",  # by a one-time token
    "digest/stop/<str:token>/",  # by a signed address
    "mail/",  # from this machine only, and only without a mail server
    "mail/<slug:name>/",
    "api/v1/schema/",
    "api/v1/docs/",
    "^api/",  # whatever leads nowhere
    "account/login/",
    "account/logout/",
    "account/inactive/",
    "account/signup/",
    "account/confirm-email/",
    r"account/^confirm-email/(?P<key>[-:\w]+)/$",
    "account/login/code/confirm/",
    "account/password/reset/",
    "account/password/reset/done/",
    "account/password/reset/key/done/",
    r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}
# For whoever is signed in, about themselves: nothing of a team is behind them.
OWN = {
    "account/reauthenticate/",
    "account/email/",
    "account/password/change/",
    "account/password/set/",
    "profile/",
    "digest/",
    "attention/of/<uuid:team_id>/",
    "teams/switch/",
}
ADMIN = "admin/"  # staff only, all of it

# A team's routes: method → what a role must allow.
TEAM: dict[str, dict[str, Can]] = {
    "": {GET: VIEW},
    "rail/": {GET: VIEW},
    "matrix/rows/": {GET: VIEW},
    "matrix/table/": {GET: VIEW},
    "matrix/result/": {GET: VIEW},
    "matrix/density/": {POST: VIEW},
    "matrix/icons.css": {GET: VIEW},
    "list/": {GET: VIEW},
    "list/rows/": {GET: VIEW},
    "list/columns/": {POST: VIEW},
    "views/menu/": {GET: VIEW},
    "views/new/": {GET: VIEW, POST: VIEW},
    "views/no-start/": {POST: VIEW},
    "views/<uuid:view_id>/": {GET: VIEW, POST: VIEW},
    "views/<uuid:view_id>/delete/": {GET: VIEW, POST: VIEW},
    "views/<uuid:view_id>/start/": {POST: VIEW},
    "filters/": {GET: VIEW},
    "d/<short:dubbing_id>/": {GET: VIEW},
    "dubbings/<uuid:dubbing_id>/card/": {GET: VIEW},
    "assets/<uuid:asset_id>/poster/": {GET: VIEW},
    "assets/": {GET: VIEW},
    "assets/rows/": {GET: VIEW},
    "live/": {GET: VIEW},
    "archives/": {GET: DOWNLOAD, POST: DOWNLOAD},
    "archives/new/": {GET: DOWNLOAD, POST: DOWNLOAD},
    "archives/preview/": {POST: DOWNLOAD},
    "archives/<uuid:archive_id>/": {GET: DOWNLOAD},
    "archives/<uuid:archive_id>/progress/": {GET: DOWNLOAD},
    "archives/<uuid:archive_id>/parts/<int:number>/": {GET: DOWNLOAD},
    "archives/<uuid:archive_id>/links/": {GET: DOWNLOAD},
    "archives/<uuid:archive_id>/delete/": {POST: DOWNLOAD},
    "attention/": {GET: VIEW},
    "attention/groups/": {GET: VIEW},
    "attention/look/": {POST: PRODUCE},
    "assets/export/": {GET: VIEW},
    "assets/new/": {GET: PRODUCE, POST: PRODUCE},
    "assets/adopt/": {GET: PRODUCE},
    "assets/adopt/preview/": {GET: PRODUCE, POST: PRODUCE},
    "assets/<uuid:asset_id>/": {GET: VIEW},
    "assets/<uuid:asset_id>/promote/": {GET: PRODUCE, POST: PRODUCE},
    "assets/<uuid:asset_id>/replace/": {GET: PRODUCE, POST: PRODUCE},
    "assets/<uuid:asset_id>/progress/": {GET: VIEW},
    "assets/<uuid:asset_id>/history/": {GET: VIEW},
    "assets/<uuid:asset_id>/edit/": {GET: PRODUCE, POST: PRODUCE},
    "assets/<uuid:asset_id>/hide/": {POST: PRODUCE},
    "assets/<uuid:asset_id>/show/": {POST: PRODUCE},
    "assets/<uuid:asset_id>/languages/": {GET: PRODUCE, POST: PRODUCE},
    "batches/": {GET: PRODUCE},
    "batches/files/": {GET: PRODUCE},
    "batches/files/use/": {POST: PRODUCE},
    "batches/files/<uuid:upload_id>/delete/": {GET: PRODUCE, POST: PRODUCE},
    "batches/new/": {GET: PRODUCE, POST: PRODUCE},
    "batches/<uuid:batch_id>/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/add/": {GET: PRODUCE, POST: PRODUCE},
    "batches/<uuid:batch_id>/keep/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/uploads/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/rows/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/edit/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/remove/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/restore/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/send/": {GET: PRODUCE, POST: PRODUCE},
    "batches/<uuid:batch_id>/pilots/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/pilot/": {GET: PRODUCE, POST: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/pilot/progress/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/discard/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/recover/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/facts/": {GET: PRODUCE, POST: PRODUCE},
    "bulk/": {GET: PRODUCE},
    "bulk/quote/": {POST: PRODUCE},
    "bulk/new/": {POST: PRODUCE},
    "bulk/<uuid:action_id>/": {GET: PRODUCE},
    "bulk/<uuid:action_id>/progress/": {GET: PRODUCE},
    "bulk/<uuid:action_id>/begin/": {POST: PRODUCE},
    "bulk/<uuid:action_id>/undo/": {POST: PRODUCE},
    "presets/": {GET: PRODUCE},
    "presets/new/": {POST: PRODUCE},
    "presets/<uuid:preset_id>/": {GET: PRODUCE, POST: PRODUCE},
    "presets/<uuid:preset_id>/delete/": {GET: PRODUCE, POST: PRODUCE},
    "language-sets/new/": {POST: PRODUCE},
    "language-sets/<uuid:language_set_id>/rename/": {GET: PRODUCE, POST: PRODUCE},
    "language-sets/<uuid:language_set_id>/delete/": {GET: PRODUCE, POST: PRODUCE},
    "quote/": {GET: PRODUCE},
    "uploads/<uuid:upload_id>/waveform/": {GET: PRODUCE},
    "assets/<uuid:asset_id>/quote/": {GET: PRODUCE},
    "money/": {GET: PRODUCE},
    "money/rates/": {GET: Can.MANAGE_MONEY, POST: Can.MANAGE_MONEY},
    "money/release/": {POST: Can.MANAGE_MONEY},
    "money/lines/": {GET: PRODUCE},
    "versions/<uuid:version_id>/": {GET: VIEW},
    "versions/<uuid:version_id>/progress/": {GET: VIEW},
    "versions/<uuid:version_id>/generate/": {POST: PRODUCE},
    "versions/<uuid:version_id>/revise/": {GET: PRODUCE, POST: PRODUCE},
    "versions/<uuid:version_id>/studio/": {GET: STUDIO},
    "versions/<uuid:version_id>/copy/": {POST: PRODUCE},
    "versions/<uuid:version_id>/download/": {GET: DOWNLOAD},
    "versions/<uuid:version_id>/result/": {GET: VIEW},
    "versions/<uuid:version_id>/review/": {POST: Can.REVIEW},
    "versions/<uuid:version_id>/approve/": {POST: Can.REVIEW},
    "versions/<uuid:version_id>/ask/": {GET: Can.REVIEW, POST: Can.REVIEW},
    "versions/<uuid:version_id>/reset/": {POST: Can.REVIEW},
    "versions/<uuid:version_id>/pin/": {POST: PRODUCE},
    "versions/<uuid:version_id>/unpin/": {POST: PRODUCE},
    "versions/<uuid:version_id>/notes/": {POST: Can.REVIEW},
    "notes/<uuid:note_id>/reply/": {GET: Can.REVIEW, POST: Can.REVIEW},
    "notes/<uuid:note_id>/edit/": {GET: Can.REVIEW, POST: Can.REVIEW},
    "notes/<uuid:note_id>/delete/": {GET: Can.REVIEW, POST: Can.REVIEW},
    "notes/<uuid:note_id>/resolve/": {POST: Can.REVIEW},
    "notes/<uuid:note_id>/reopen/": {POST: Can.REVIEW},
    "dubbings/<uuid:dubbing_id>/work/": {GET: PRODUCE, POST: PRODUCE},
    "dubbings/<uuid:dubbing_id>/srt/": {GET: DOWNLOAD},
    "deliveries/<uuid:delivery_id>/replay/": {POST: PRODUCE},
    "assets/<uuid:asset_id>/look/": {POST: PRODUCE},
    "downloads/<uuid:film_id>/": {GET: DOWNLOAD},
    "messages/<uuid:message_id>/retry/": {GET: PRODUCE, POST: PRODUCE},
    "messages/<uuid:message_id>/now/": {POST: PRODUCE},
    "messages/<uuid:message_id>/take-back/": {POST: PRODUCE},
    "messages/<uuid:message_id>/decide/": {GET: PRODUCE},
    "messages/<uuid:message_id>/look/": {POST: PRODUCE},
    "messages/<uuid:message_id>/confirm/": {POST: PRODUCE},
    "sheets/new/": {GET: PRODUCE, POST: PRODUCE},
    "sheets/template/": {GET: PRODUCE},
    "sheets/<uuid:sheet_id>/": {GET: PRODUCE},
    "sheets/<uuid:sheet_id>/progress/": {GET: PRODUCE},
    "sheets/<uuid:sheet_id>/columns/": {POST: PRODUCE},
    "sheets/<uuid:sheet_id>/reading/": {POST: PRODUCE},
    "sheets/<uuid:sheet_id>/again/": {POST: PRODUCE},
    "sheets/<uuid:sheet_id>/confirm/": {POST: PRODUCE},
    "queue/": {GET: VIEW},
    "queue/rows/": {GET: VIEW},
    "queue/pause/": {GET: PRODUCE, POST: PRODUCE},
    "queue/delay/": {GET: MANAGE, POST: MANAGE},
    "queue/resume/": {POST: PRODUCE},
    "queue/lanes/<uuid:connection_id>/resume/": {POST: PRODUCE},
    "connection/": {GET: MANAGE},
    "connection/new/": {GET: MANAGE, POST: MANAGE},
    "connection/<uuid:connection_id>/": {GET: MANAGE, POST: MANAGE},
    "connection/<uuid:connection_id>/check/": {POST: MANAGE},
    "connection/<uuid:connection_id>/calls/": {POST: MANAGE},
    "connection/<uuid:connection_id>/current/": {POST: MANAGE},
    "batches/<uuid:batch_id>/subtitles/": {GET: PRODUCE, POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/again/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/place/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/mend/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/undo/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/remove/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/restore/": {POST: PRODUCE},
    "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/original/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/subtitles/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/checks/": {GET: PRODUCE},
    "batches/<uuid:batch_id>/items/<uuid:item_id>/check/": {POST: PRODUCE},
    "preflight/link/": {GET: PRODUCE},
    "subtitles/read/": {POST: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/subtitles/": {GET: PRODUCE, POST: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/": {
        GET: PRODUCE,
        PATCH: PRODUCE,
        DELETE: PRODUCE,
    },
    "api/v1/batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/mend/": {POST: PRODUCE},
    "members/": {GET: VIEW},
    "members/invite/": {GET: MANAGE, POST: MANAGE},
    "members/leave/": {GET: VIEW, POST: VIEW},
    "members/<uuid:membership_id>/role/": {POST: MANAGE},
    "members/<uuid:membership_id>/remove/": {GET: MANAGE, POST: MANAGE},
    "members/invitations/<uuid:invitation_id>/renew/": {POST: MANAGE},
    "members/invitations/<uuid:invitation_id>/revoke/": {GET: MANAGE, POST: MANAGE},
    "keys/": {GET: KEYS},
    "keys/new/": {GET: KEYS, POST: KEYS},
    "keys/<uuid:key_id>/revoke/": {GET: KEYS, POST: KEYS},
    "api/v1/assets/": {GET: VIEW, POST: PRODUCE},
    "api/v1/assets/<uuid:asset_id>/": {GET: VIEW, PATCH: PRODUCE},
    "api/v1/assets/<uuid:asset_id>/languages/": {POST: PRODUCE},
    "api/v1/assets/<uuid:asset_id>/promote/": {POST: PRODUCE},
    "api/v1/assets/<uuid:asset_id>/command/": {DELETE: PRODUCE},
    "api/v1/dubbings/<uuid:dubbing_id>/command/": {DELETE: PRODUCE},
    "api/v1/versions/<uuid:version_id>/command/": {DELETE: PRODUCE},
    "api/v1/bulk/": {GET: PRODUCE, POST: PRODUCE},
    "api/v1/bulk/<uuid:action_id>/": {GET: PRODUCE},
    "api/v1/bulk/<uuid:action_id>/rows/": {GET: PRODUCE},
    "api/v1/bulk/<uuid:action_id>/confirm/": {POST: PRODUCE},
    "api/v1/bulk/<uuid:action_id>/undo/": {POST: PRODUCE},
    "api/v1/batches/": {GET: PRODUCE, POST: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/": {GET: PRODUCE, PATCH: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/items/": {GET: PRODUCE, POST: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/items/<uuid:item_id>/": {GET: PRODUCE, PATCH: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/items/<uuid:item_id>/pilot/": {POST: PRODUCE},
    "api/v1/batches/<uuid:batch_id>/send/": {POST: PRODUCE},
    "api/v1/dubbings/": {GET: VIEW},
    "api/v1/dubbings/<uuid:dubbing_id>/": {GET: VIEW, PATCH: PRODUCE},
    "api/v1/dubbings/<uuid:dubbing_id>/approve/": {POST: Can.REVIEW},
    "api/v1/dubbings/<uuid:dubbing_id>/ask-revision/": {POST: Can.REVIEW},
    "api/v1/dubbings/<uuid:dubbing_id>/start-review/": {POST: Can.REVIEW},
    "api/v1/dubbings/<uuid:dubbing_id>/reset-review/": {POST: Can.REVIEW},
    "api/v1/dubbings/<uuid:dubbing_id>/notes/": {GET: VIEW, POST: Can.REVIEW},
    "api/v1/notes/<uuid:note_id>/": {GET: VIEW, PATCH: Can.REVIEW, DELETE: Can.REVIEW},
    "api/v1/notes/<uuid:note_id>/replies/": {POST: Can.REVIEW},
    "api/v1/versions/<uuid:version_id>/pin/": {POST: PRODUCE, DELETE: PRODUCE},
    "api/v1/versions/<uuid:version_id>/": {GET: VIEW},
    "api/v1/versions/<uuid:version_id>/generate/": {POST: PRODUCE},
    "api/v1/versions/<uuid:version_id>/revise/": {POST: PRODUCE},
    "api/v1/versions/<uuid:version_id>/studio-url/": {POST: STUDIO},
    "api/v1/versions/<uuid:version_id>/result/": {GET: DOWNLOAD},
    "api/v1/uploads/": {GET: PRODUCE, POST: PRODUCE},
    "api/v1/uploads/<uuid:upload_id>/": {GET: PRODUCE, DELETE: PRODUCE},
    "api/v1/assets/export/": {GET: VIEW},
    "api/v1/sheets/": {POST: PRODUCE},
    "api/v1/sheets/<uuid:sheet_id>/": {GET: PRODUCE},
    "api/v1/sheets/<uuid:sheet_id>/lines/": {GET: PRODUCE},
    "api/v1/sheets/<uuid:sheet_id>/confirm/": {POST: PRODUCE},
    "api/v1/archives/": {GET: DOWNLOAD, POST: DOWNLOAD},
    "api/v1/archives/<uuid:archive_id>/": {GET: DOWNLOAD, DELETE: DOWNLOAD},
    "api/v1/attention/": {GET: VIEW},
    "api/v1/money/": {GET: PRODUCE},
    "api/v1/money/lines/": {GET: PRODUCE},
    "api/v1/money/release/": {POST: Can.MANAGE_MONEY},
    "api/v1/estimates/": {POST: PRODUCE},
    "api/v1/presets/": {GET: PRODUCE},
    "api/v1/locales/": {GET: VIEW},
}
# Changes that everybody may make: they concern only the one who makes them.
HARMLESS = {
    ("members/leave/", POST),
    ("matrix/density/", POST),
    ("list/columns/", POST),
    ("views/new/", POST),
    ("views/no-start/", POST),
    ("views/<uuid:view_id>/", POST),
    ("views/<uuid:view_id>/delete/", POST),
    ("views/<uuid:view_id>/start/", POST),
}


@dataclass(frozen=True)
class Door:
    """One method of one of a team's routes."""

    route: str
    method: str
    needs: Can

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def has_ids(self) -> bool:
        return "<" in self.route


DOORS = [
    Door(route, method, needs)
    for route, methods in TEAM.items()
    for method, needs in methods.items()
]


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Every route as Django spells it, parts of included files put together."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route
