"""Downloads in bulk: what callers ask for and get."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dubbing.api.errors import refuse
from dubbing.api.fields import RuledText, StrictSerializer, WholeNumber
from dubbing.archives.patterns import TOKENS, USUAL_PATTERN, braced
from dubbing.filters import PARAMETERS
from dubbing.models import DownloadArchive
from dubbing.screens.archive_choice import ArchiveChoice
from dubbing.services.downloads import SMALLEST_PART_BYTES, film_links, is_composed, part_link
from dubbing.services.downloads.choosing import MOST_DUBS
from dubbing.states import ArchiveState

WORDS = ", ".join(f"`{braced(word)}`" for word in TOKENS)
CHOICES = ("dubbings", "assets", "filter")
MOST_PART_BYTES = 10**15


class NewArchiveSerializer(StrictSerializer):
    dubbings = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_DUBS
    )
    assets = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_DUBS,
        help_text="All dubbings of these videos.",
    )
    filter = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="The same names and values as the query of `dubbings/`, a list where a name "
        "stands several times. `{}` means all dubbings of the team.",
    )
    finished_since = serializers.DateField(
        required=False, allow_null=True, help_text="Only films finished on that day (UTC) or later."
    )
    pattern = RuledText(
        required=False,
        default=USUAL_PATTERN,
        help_text=f"How the files are named: {WORDS}; `/` makes a folder.",
    )
    include_srt = serializers.BooleanField(
        required=False, default=False, help_text="The SRT that each language was ordered with too."
    )
    part_bytes = WholeNumber(
        required=False,
        allow_null=True,
        min_value=SMALLEST_PART_BYTES,
        max_value=MOST_PART_BYTES,
        help_text="No part is larger, unless one film is. Left out: one part.",
    )


class PartSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    files = serializers.IntegerField(help_text="Without the three files of the manifest.")
    url = serializers.CharField(
        allow_null=True,
        help_text="A ZIP file, for a day and without a key. It takes `Range` and `If-Range`: a "
        "download goes on where it broke off. Null while it is prepared, and where films lie in "
        "a bucket.",
    )


class FilmLinkSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="With its folders.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    url = serializers.CharField(help_text="At the bucket, for a day.")


class LeftOutSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    locale = serializers.CharField()
    reason = serializers.CharField()


class ArchiveSerializer(serializers.ModelSerializer[DownloadArchive]):
    """`member` of the context is whom the links are given to."""

    state = serializers.ChoiceField(choices=ArchiveState.choices)
    parts = serializers.SerializerMethodField()
    films = serializers.SerializerMethodField(
        help_text="Each film with its link, where films lie in a bucket; else null."
    )
    left_out = LeftOutSerializer(many=True, help_text="The first 500 dubs without a film.")

    class Meta:
        model = DownloadArchive
        fields = (
            "id", "name", "state", "error_message", "pattern", "include_srt", "part_bytes", "size",
            "films_count", "parts", "films", "left_out_count", "left_out", "created_at",
            "expires_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartSerializer(many=True))
    def get_parts(self, archive: DownloadArchive) -> list[dict[str, Any]]:
        ready = archive.is_ready and is_composed()
        member = str(self.context["member"])
        return [
            {"number": number, **part}
            | {"url": part_link(archive=archive, part=number, member=member) if ready else None}
            for number, part in enumerate(archive.parts, start=1)
        ]

    @extend_schema_field(FilmLinkSerializer(many=True, allow_null=True))
    def get_films(self, archive: DownloadArchive) -> list[dict[str, Any]] | None:
        if is_composed() or not archive.is_ready:
            return None
        return [
            {"name": row.name, "size": row.size, "sha256": row.sha256, "url": url}
            for row, url in film_links(archive=archive)
        ]


def read_new_archive(body: dict[str, Any]) -> dict[str, Any]:
    given = NewArchiveSerializer(data=body)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(given.validated_data)
    if not any(name in values for name in CHOICES):
        refuse("dubbings", "Say which: `dubbings`, `assets` or `filter`.", "required")
    for name in values.get("filter", {}):
        if name not in PARAMETERS:
            refuse("filter", f"The list has no filter “{name[:40]}”.", "unknown_filter")
    return values


def read_choice(values: dict[str, Any]) -> ArchiveChoice:
    """Which dubs are meant; what of the filter cannot be read is refused."""
    choice = ArchiveChoice.of_api(values)
    for problem in choice.problems:
        refuse(f"filter.{problem.name}", problem.sentence, problem.code)
    return choice
