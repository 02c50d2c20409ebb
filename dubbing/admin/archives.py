from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.links import list_link, row_link
from config.admin.rows import MirrorAdmin, pretty_json
from dubbing.admin.rows import in_a_row
from dubbing.models import ArchivedFile, DownloadArchive


@admin.register(DownloadArchive)
class DownloadArchiveAdmin(MirrorAdmin):
    list_display = ("name", "team", "state", "films_count", "size", "created_by", "expires_at")
    list_select_related = ("team", "created_by")
    list_filter = (TeamFilter, "state")
    search_fields = ("name",)
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "Name or id."
    fields = readonly_fields = (
        "name",
        "team",
        "state",
        "error_message",
        "pattern",
        "include_srt",
        "part_bytes",
        "size",
        "films_count",
        "its_parts",
        "left_out_count",
        "not_in_it",
        "lease_until",
        "created_by",
        "created_by_key",
        "created_at",
        "expires_at",
        "links",
    )

    @admin.display(description="parts")
    def its_parts(self, archive: DownloadArchive) -> str:
        return pretty_json(archive.parts)

    @admin.display(description="left out")
    def not_in_it(self, archive: DownloadArchive) -> str:
        return pretty_json(archive.left_out[:50])

    @admin.display(description="its rows")
    def links(self, archive: DownloadArchive) -> SafeString:
        files = list_link(ArchivedFile, "Files", archive__id__exact=archive.pk)
        return in_a_row([row_link(archive.team), files])


@admin.register(ArchivedFile)
class ArchivedFileAdmin(MirrorAdmin):
    list_display = ("name", "archive_link", "team", "part", "size", "locale", "version")
    list_select_related = ("team", "archive")
    list_filter = (TeamFilter,)
    search_fields = ("sha256__exact",)
    search_ids = ("pk", "archive_id", "film_id")
    search_window = 50_000
    search_help_text = "An id of the file, its download or its film; else its SHA-256."
    fields = readonly_fields = (
        "name",
        "archive_link",
        "team",
        "position",
        "part",
        "film_link",
        "stored_as",
        "size",
        "crc32",
        "sha256",
        "project",
        "title",
        "reference",
        "locale",
        "version",
        "made_at",
    )

    @admin.display(description="download")
    def archive_link(self, file: ArchivedFile) -> str:
        return row_link(file.archive)

    @admin.display(description="film")
    def film_link(self, file: ArchivedFile) -> SafeString:
        return in_a_row([row_link(file.film)] if file.film else [])
