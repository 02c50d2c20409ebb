"""Rows for tests, with changes by keyword. Each opens the scope it needs by itself."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import ApiKey, Membership, Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import (
    Asset,
    Batch,
    BatchItem,
    BulkAction,
    BulkRow,
    CallbackDelivery,
    Connection,
    DownloadArchive,
    Dubbing,
    Note,
    SavedView,
    SheetImport,
    SubtitleFile,
    Upload,
    Version,
)
from dubbing.states import (
    ArchiveState,
    AssetStatus,
    BulkVerb,
    DubbingStatus,
    Event,
    Stage,
    UploadState,
    VersionStatus,
    stage_of,
)

PASSWORD = "correct horse battery"
counter = itertools.count(1)

SIGNING_KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_PEM = (
    SIGNING_KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def make_team(**changes: Any) -> Team:
    n = next(counter)
    return Team.objects.create(**{"slug": f"team-{n}", "name": f"Team {n}"} | changes)


def make_user(**changes: Any) -> User:
    fields = {"email": f"person{next(counter)}@example.org", "name": "Some Body"} | changes
    return User.objects.create_user(password=fields.pop("password", PASSWORD), **fields)


def make_member(team: Team, role: Role = Role.PRODUCER, **changes: Any) -> User:
    user = make_user(**changes)
    Membership.objects.create(team=team, user=user, role=role)
    return user


def make_connection(team: Team, **changes: Any) -> Connection:
    """A current connection whose callbacks are signed with SIGNING_KEY."""
    fields = {
        "name": "Test engine",
        "base_url": "http://127.0.0.1:1",
        "public_keys": PUBLIC_PEM,
        "is_sandbox": True,
    } | changes
    with all_teams("test"):
        connection = Connection(team=team, **fields)
        connection.set_key("panjaya-sandbox")
        connection.save()
    return connection


def connection_of(team: Team) -> Connection:
    with all_teams("test"):
        found = Connection.objects.filter(team=team, is_current=True).first()
    return found or make_connection(team)


def make_api_key(team: Team, role: Role = Role.PRODUCER, **changes: Any) -> tuple[ApiKey, str]:
    """The key and its token."""
    with all_teams("test"):
        key = ApiKey(**{"team": team, "name": "test", "role": role} | changes)
        token = key.set_new_secret()
        key.save()
    return key, token


def make_asset(team: Team, **changes: Any) -> Asset:
    """An asset that the engine has taken and prepared."""
    n = next(counter)
    fields = {
        "team": team,
        "connection": connection_of(team),
        "title": f"Video {n}",
        "media_url": f"https://media.example.org/{n}.mp4",
        "locale_id": "en-US",
        "remote_id": f"asset-{n}",
        "status": AssetStatus.READY,
    } | changes
    with all_teams("test"):
        return Asset.objects.create(**fields)


def make_dubbing(asset: Asset, locale: str = "de-DE", **changes: Any) -> Dubbing:
    fields = {
        "team_id": asset.team_id,
        "asset": asset,
        "locale_id": locale,
        "remote_id": f"dubbing-{next(counter)}",
        "status": DubbingStatus.STARTED,
        "stage": Stage.PREPARING,
        "stage_since": timezone.now(),
        "is_hidden": asset.is_hidden,
    } | changes
    with all_teams("test"):
        return Dubbing.objects.create(**fields)


def make_version(
    asset: Asset,
    locale: str = "de-DE",
    status: VersionStatus = VersionStatus.READY_TO_EDIT,
    **changes: Any,
) -> Version:
    """A version with its dubbing, whose stage follows."""
    with all_teams("test"):
        dubbing = Dubbing.objects.filter(asset=asset, locale_id=locale).first()
        dubbing = dubbing or make_dubbing(asset, locale)
        number = Version.objects.filter(dubbing=dubbing).count() + 1
        fields = {
            "team_id": asset.team_id,
            "asset": asset,
            "dubbing": dubbing,
            "number": number,
            "remote_id": f"version-{next(counter)}",
            "status": status,
        } | changes
        version = Version.objects.create(**fields)
        dubbing.stage = stage_of(AssetStatus.READY, DubbingStatus.STARTED, status)
        dubbing.current, dubbing.versions_count = version, number
        dubbing.save(update_fields=["stage", "current", "versions_count"])
    return version


def make_archive(team: Team, name: str = "Films") -> DownloadArchive:
    """A download that can be fetched; nothing but its list is in it."""
    now = timezone.now()
    with all_teams("test"):
        archive: DownloadArchive = DownloadArchive.objects.create(
            team=team,
            name=name,
            state=ArchiveState.READY,
            pattern="{video}.{ext}",
            parts=[{"name": f"{name}.zip", "size": 700, "files": 0}],
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
    return archive


def make_bulk_action(asset: Asset, **changes: Any) -> BulkAction:
    """Hiding one video; not begun."""
    fields = {"team": asset.team, "verb": BulkVerb.HIDE, "values": {}, "total": 1} | changes
    with all_teams("test"):
        action: BulkAction = BulkAction.objects.create(**fields)
        BulkRow.objects.create(team=asset.team, action=action, asset=asset)
    return action


def make_saved_view(team: Team, **changes: Any) -> SavedView:
    """Somebody's, and shared."""
    fields = {"name": "Urgent", "page": "matrix", "query": "due=overdue", "is_shared": True}
    with all_teams("test"):
        owner = changes.pop("user", None) or make_member(team)
        view: SavedView = SavedView.objects.create(team=team, user=owner, **fields | changes)
    return view


def make_note(version: Version, **changes: Any) -> Note:
    fields = {"text": "Too fast for the lips."} | changes
    parents = {"asset": version.asset, "dubbing": version.dubbing, "version": version}
    with all_teams("test"):
        note: Note = Note.objects.create(team_id=version.team_id, **parents, **fields)
    return note


def make_delivery(version: Version, **changes: Any) -> CallbackDelivery:
    """A verified callback that told of the finished film."""
    body = {"event": "version_generated", "version_id": version.remote_id}
    fields = {
        "event": Event.VERSION_GENERATED,
        "raw_event": body["event"],
        "body": body | {"asset_id": version.asset.remote_id},
        "version_remote_id": version.remote_id,
        "signature_form": "hex",
        "received_at": timezone.now(),
    } | changes
    with all_teams("test"):
        delivery: CallbackDelivery = CallbackDelivery.objects.create(
            team_id=version.team_id, asset=version.asset, **fields
        )
    return delivery


def make_upload(team: Team, **changes: Any) -> Upload:
    """One that has arrived and was found good; its file's bytes are not there."""
    n = next(counter)
    fields = {
        "name": f"video{n}.mp4",
        "size": 1000,
        "state": UploadState.READY,
        "file": f"{team.id}/uploads/{n}/file.mp4",
        "sha256": f"{n:064x}",
        "facts": UPLOAD_FACTS,
        "expires_at": timezone.now() + timedelta(days=1),
    } | changes
    with all_teams("test"):
        upload: Upload = Upload.objects.create(team=team, **fields)
    return upload


UPLOAD_FACTS = {
    "duration": "60.000",
    "width": 640,
    "height": 360,
    "video_codec": "h264",
    "audio_codec": "aac",
    "audio_tracks": 1,
    "format": "MP4/MOV",
}


def make_sheet(team: Team, **changes: Any) -> SheetImport:
    """One that was given and is not compared yet."""
    fields = {
        "team": team,
        "name": "videos.csv",
        "reading": {"sheet": "", "encoding": "utf-8", "delimiter": ",", "heading_line": 1},
        "look": {
            "kind": "csv",
            "is_guess": False,
            "sheets": [],
            "headings": ["Title"],
            "lines": [{"number": 2, "cells": ["Talk"]}],
        },
        "mapping": {"0": "title"},
    } | changes
    with all_teams("test"):
        sheet = SheetImport(**fields)
        sheet.file.save("sheet.csv", ContentFile(b"Title\r\nTalk\r\n"), save=False)
        sheet.save()
    return sheet


def make_subtitle(team: Team, **changes: Any) -> SubtitleFile:
    """A file in its place: the German of the one video of a batch."""
    text = "1\n00:00:01,000 --> 00:00:02,500\nHallo\n"
    fields = {"name": "video.de.srt", "locale": "de-DE", "format": "SRT", "text": text} | changes
    with all_teams("test"):
        batch = Batch.objects.create(team=team)
        item = BatchItem.objects.create(
            team=team, batch=batch, position=1, locale="en-US", languages=["de-DE"], title="Video"
        )
        subtitle: SubtitleFile = SubtitleFile.objects.create(
            **{"team": team, "batch": batch, "item": item, "original": text.encode()} | fields
        )
    return subtitle
