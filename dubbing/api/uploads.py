"""What the tus protocol says in headers, and how an upload looks to callers."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from dubbing.api.errors import refuse
from dubbing.api.fields import TextField
from dubbing.api.filters import FilterText, ListFiltersSerializer
from dubbing.api.serializers import BlankIsNull
from dubbing.models import Upload
from dubbing.services.uploads import location_of, offset_of
from dubbing.states import UploadState

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
LONGEST_LENGTH = 18


class UnknownVersionError(APIException):
    status_code = 412
    default_detail = "This desk speaks version 1.0.0 of the protocol: say so in Tus-Resumable."
    default_code = "unknown_version"


@dataclass(frozen=True)
class Announcement:
    """What a creation tells of the file; `size` in bytes."""

    size: int
    name: str
    content_type: str
    checksum: str
    fingerprint: str


def read_announcement(request: Request) -> Announcement:
    """Raises rest_framework's errors where the headers cannot be used."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UnknownVersionError
    length = request.headers.get("Upload-Length", "")
    if not length:
        refuse("Upload-Length", "Say how many bytes the file has.", "required")
    if not (length.isascii() and length.isdigit() and len(length) <= LONGEST_LENGTH):
        refuse("Upload-Length", "A number of bytes is expected.", "invalid")
    told = _read_metadata(request.headers.get("Upload-Metadata", ""))
    return Announcement(
        size=int(length),
        name=told.get("filename") or told.get("name", ""),
        content_type=told.get("filetype") or told.get("type", ""),
        checksum=told.get("sha256", ""),
        fingerprint=told.get("fingerprint", ""),
    )


def _read_metadata(text: str) -> dict[str, str]:
    told = {}
    for pair in filter(None, (pair.strip() for pair in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            refuse("Upload-Metadata", f"The value of “{name[:40]}” is not Base64.", "invalid")
    if any("\x00" in value for value in told.values()):
        refuse("Upload-Metadata", "Texts hold no zero characters.", "null_characters_not_allowed")
    return told


def tus_headers(upload: Upload | None = None) -> dict[str, str]:
    headers = {"Tus-Resumable": VERSION}
    if upload is not None and upload.state == UploadState.RECEIVING:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers


def abilities() -> dict[str, str]:
    return tus_headers() | {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.MAX_SOURCE_BYTES),
    }


def _header(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, required=required
    )


CREATION_HEADERS = [
    _header("Tus-Resumable", "`1.0.0`", required=True),
    _header("Upload-Length", "The file’s length in bytes.", required=True),
    _header(
        "Upload-Metadata",
        "Names with values in Base64, separated by commas: `filename`, `filetype`, `sha256` (of "
        "the whole file, in hexadecimal: what came is held against it) and `fingerprint` (your own "
        "mark of the file).",
    ),
]


class UploadFiltersSerializer(ListFiltersSerializer):
    updated_since = None  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=UploadState.choices, required=False)
    fingerprint = FilterText(help_text="The mark it was begun with.")
    mine = serializers.BooleanField(
        required=False, default=False, help_text="`1`: those that you or your key began."
    )


class UploadErrorSerializer(serializers.Serializer[Any]):
    code = TextField()
    message = TextField()


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """`context["member"]`: the id of whom a permit is given to."""

    content_type = BlankIsNull()
    fingerprint = BlankIsNull()
    state = serializers.ChoiceField(choices=UploadState.choices)
    error = serializers.SerializerMethodField()
    offset = serializers.SerializerMethodField(help_text="How many bytes the desk has of it.")
    location = serializers.SerializerMethodField(
        help_text="Where its bytes go by PATCH, for about a day; null where none are taken."
    )
    sha256 = BlankIsNull(help_text="Of what came, in hexadecimal; once it is checked.")
    duration = serializers.SerializerMethodField(help_text="Seconds, once it is checked.")
    is_video = serializers.SerializerMethodField(help_text="Has a picture; once it is checked.")

    class Meta:
        model = Upload
        fields = (
            "id", "name", "size", "content_type", "fingerprint", "state", "error", "offset",
            "location", "sha256", "duration", "is_video", "created_at", "finished_at",
            "expires_at", "used_at", "revision",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(UploadErrorSerializer(allow_null=True))
    def get_error(self, upload: Upload) -> dict[str, str] | None:
        if not upload.error_code:
            return None
        return {"code": upload.error_code, "message": upload.error_message}

    def get_offset(self, upload: Upload) -> int:
        return offset_of(upload)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_location(self, upload: Upload) -> str | None:
        return location_of(upload, member=self.context["member"]) or None

    def get_duration(self, upload: Upload) -> float | None:
        return float(upload.facts["duration"]) if "duration" in upload.facts else None

    def get_is_video(self, upload: Upload) -> bool | None:
        return bool(upload.facts["width"]) if "width" in upload.facts else None
