"""What callers get. What a person or caller left blank is null."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from accounts.models import User
from dubbing.api.reasons import (
    REASON_CODES,
    Reason,
    asset_reason,
    dubbing_reason,
    is_being_sent,
    version_reason,
)
from dubbing.models import Asset, Dubbing, Film, Version
from dubbing.services.versions import latest_film, why_not_generate, why_not_revise
from dubbing.states import AssetStatus, LipsModel, Priority, ReviewState, Stage, VersionStatus

# Of a dubbing, each told with their name.
PEOPLE = ("owner", "reviewer", "reviewed_by")


class BlankIsNull(serializers.CharField):
    """The database keeps "", callers get null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return str(value) if value else None


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list(REASON_CODES.items()))
    message = serializers.CharField(help_text="Panjaya’s own words where it gave some.")
    advice = serializers.CharField(help_text="What a person can do about it.")


class FileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")


class NamedFileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()


class FilmSerializer(serializers.ModelSerializer[Film]):
    duration = serializers.FloatField(source="duration_seconds", help_text="Seconds.")

    class Meta:
        model = Film
        fields = ("size", "sha256", "duration", "stored_at")
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[Version]):
    status = serializers.ChoiceField(choices=VersionStatus.choices, help_text="Panjaya’s word.")
    error = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields: tuple[str, ...] = (
            "id", "remote_id", "number", "status", "error", "completed_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReasonSerializer(allow_null=True))
    def get_error(self, version: Version) -> Reason | None:
        return version_reason(version)


class VersionDetailSerializer(VersionSerializer):
    asset = serializers.UUIDField(source="asset_id")
    dubbing = serializers.UUIDField(source="dubbing_id")
    locale = serializers.CharField(source="dubbing.locale_id")
    film = serializers.SerializerMethodField(help_text="Our own copy of its newest film.")
    can_generate = serializers.SerializerMethodField()
    can_revise = serializers.SerializerMethodField()

    class Meta(VersionSerializer.Meta):
        fields = (
            *VersionSerializer.Meta.fields,
            "asset", "dubbing", "locale", "film", "can_generate", "can_revise",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(FilmSerializer(allow_null=True))
    def get_film(self, version: Version) -> dict[str, Any] | None:
        film = latest_film(version)
        return FilmSerializer(film).data if film else None

    def get_can_generate(self, version: Version) -> bool:
        return not why_not_generate(version) and not is_being_sent(version)

    def get_can_revise(self, version: Version) -> bool:
        return not why_not_revise(version) and not is_being_sent(version)


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "name", "email")
        read_only_fields = fields


class DubbingSerializer(serializers.ModelSerializer[Dubbing]):
    remote_id = BlankIsNull()
    owner = PersonSerializer(allow_null=True, help_text="Who sees to it that it gets done.")
    reviewer = PersonSerializer(allow_null=True, help_text="Who judges it.")
    due_on = serializers.DateField(allow_null=True)
    priority = serializers.ChoiceField(choices=Priority.choices, help_text="Higher comes first.")
    review = serializers.ChoiceField(
        choices=ReviewState.choices, help_text="What people say of its current version."
    )
    reviewed_by = PersonSerializer(
        allow_null=True, help_text="Null also where a program gave the verdict."
    )
    review_reason = BlankIsNull(help_text="Why a revision is asked for.")
    work_revision = serializers.IntegerField(
        help_text="Grows with each change that people make: send it along, and an edit of "
        "something older is refused."
    )
    current_version = serializers.UUIDField(
        source="current_id", allow_null=True, help_text="The newest, unless another is pinned."
    )
    asset = serializers.UUIDField(source="asset_id")
    locale = serializers.CharField(source="locale_id")
    stage = serializers.ChoiceField(
        choices=Stage.choices, help_text="Where it stands, in one word."
    )
    error = serializers.SerializerMethodField()
    versions = VersionSerializer(many=True, help_text="Newest first.")

    class Meta:
        model = Dubbing
        fields = (
            "id", "remote_id", "asset", "locale", "stage", "stage_since", "error", "owner",
            "reviewer", "due_on", "priority", "review", "reviewed_by", "reviewed_at",
            "review_reason", "work_revision", "current_version", "is_pinned", "versions",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReasonSerializer(allow_null=True))
    def get_error(self, dubbing: Dubbing) -> Reason | None:
        return dubbing_reason(dubbing)


class AssetSerializer(serializers.ModelSerializer[Asset]):
    remote_id = BlankIsNull(help_text="Panjaya’s id, once it has taken the video.")
    reference = BlankIsNull()
    project = serializers.SerializerMethodField(help_text="Its name.")
    tags = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=AssetStatus.choices)
    error = serializers.SerializerMethodField()
    media_url = BlankIsNull()
    file = serializers.SerializerMethodField()
    locale = serializers.CharField(source="locale_id")
    start_time = serializers.FloatField(allow_null=True, help_text="Seconds.")
    end_time = serializers.FloatField(allow_null=True, help_text="Seconds.")
    lips_model = serializers.SerializerMethodField()
    background_audio_url = BlankIsNull()
    background_audio = serializers.SerializerMethodField()
    duration = serializers.FloatField(
        source="duration_seconds", allow_null=True, help_text="Seconds, once it is known."
    )
    checked_at = serializers.DateTimeField(
        allow_null=True, help_text="When Panjaya was last asked about it."
    )
    hidden = serializers.BooleanField(source="is_hidden")
    revision = serializers.IntegerField(help_text="Grows with every change.")
    url = serializers.SerializerMethodField(help_text="Its page.")
    made_elsewhere = serializers.BooleanField(
        help_text="Made in Panjaya’s own studio and taken in by its id: no source is here."
    )
    replaces = serializers.UUIDField(
        source="replaces_id",
        allow_null=True,
        help_text="The failed video that it was sent in place of.",
    )
    is_pilot = serializers.BooleanField(help_text="Sixty seconds, to be looked at first.")
    promoted_from = serializers.UUIDField(
        source="promoted_from_id",
        allow_null=True,
        help_text="The pilot that it is the full run of.",
    )
    full_run = serializers.SerializerMethodField(
        help_text="Of a pilot: the asset of its full run, once that is sent."
    )
    held_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when a command for it waits for an owner’s release: above the month’s "
        "ceiling.",
    )
    dubbings = DubbingSerializer(many=True)

    class Meta:
        model = Asset
        fields = (
            "id", "remote_id", "title", "reference", "project", "tags", "status", "error",
            "media_url", "file", "locale", "speakers_count", "start_time", "end_time",
            "lips_model", "background_audio_url", "background_audio", "duration", "created_at",
            "updated_at", "checked_at", "hidden", "made_elsewhere", "replaces", "is_pilot",
            "promoted_from", "full_run", "held_since", "revision", "url", "dubbings",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReasonSerializer(allow_null=True))
    def get_error(self, asset: Asset) -> Reason | None:
        return asset_reason(asset)

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_full_run(self, asset: Asset) -> str | None:
        full = getattr(asset, "full_run", None) if asset.is_pilot else None
        return str(full.pk) if full else None

    def get_project(self, asset: Asset) -> str | None:
        return asset.project.name if asset.project else None

    @extend_schema_field(FileSerializer(allow_null=True))
    def get_file(self, asset: Asset) -> dict[str, Any] | None:
        if not asset.media_file:
            return None
        return {"name": asset.media_name, "size": asset.media_size}

    @extend_schema_field(NamedFileSerializer(allow_null=True))
    def get_background_audio(self, asset: Asset) -> dict[str, Any] | None:
        if not asset.background_audio_file:
            return None
        return {"name": asset.background_audio_name}

    @extend_schema_field(serializers.ChoiceField(choices=LipsModel.choices, allow_null=True))
    def get_lips_model(self, asset: Asset) -> str | None:
        return asset.lips_model or None

    @extend_schema_field(serializers.URLField())
    def get_url(self, asset: Asset) -> str:
        return urljoin(settings.PUBLIC_URL, reverse("dubbing:asset-detail", args=[asset.pk]))


class LocaleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="What `locale` takes everywhere.")
    name = serializers.CharField()
    native_name = BlankIsNull()
    region = BlankIsNull()
    right_to_left = serializers.BooleanField()
    can_source = serializers.BooleanField(help_text="May be spoken in a source video.")
    can_target = serializers.BooleanField(help_text="May be dubbed into.")


class StudioLinkSerializer(serializers.Serializer[Any]):
    studio_url = serializers.URLField()
    signed = serializers.BooleanField(help_text="Opens at once; else Panjaya asks for a login.")
    note = BlankIsNull(help_text="What a person should know before opening it.")


class FaultSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(
        help_text="A path with dots, such as `languages.de-DE.srt`; empty for the whole request."
    )
    code = serializers.CharField()
    message = serializers.CharField()


# Made from a dictionary: an attribute named `errors` would hide the serializer's own.
ERROR = inline_serializer(
    "Error",
    {
        "type": serializers.CharField(help_text="See “Errors” above."),
        "code": serializers.CharField(help_text="For programs; see “Errors” above."),
        "message": serializers.CharField(help_text="For people."),
        "errors": FaultSerializer(many=True, help_text="One per value that was not accepted."),
    },
)


def paged(serializer: type[serializers.BaseSerializer[Any]]) -> Any:
    """The envelope of a list, for the description."""
    neighbours = {
        name: serializers.URLField(allow_null=True, help_text=f"The {name} page, if there is one.")
        for name in ("next", "previous")
    }
    name = serializer.__name__.replace("Serializer", "Page")
    return inline_serializer(name, {"results": serializer(many=True), **neighbours})
