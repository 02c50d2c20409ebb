from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.filters import TeamFilter
from config.admin.commands import carry_out
from config.admin.counting import capped_count
from config.admin.links import list_url
from config.admin.rows import MirrorAdmin, Need, pretty_json
from config.sizes import size_words
from dubbing.models import Upload
from dubbing.services.actors import DESK
from dubbing.services.uploads import give_up_upload, offset_of
from dubbing.states import UploadState


@admin.register(Upload)
class UploadAdmin(MirrorAdmin):
    list_display = ("name", "team", "state", "has_come", "created_at", "expires_at", "used_at")
    list_select_related = ("team",)
    list_filter = (TeamFilter, "state")
    search_fields = ("name", "sha256__exact")
    search_ids = ("pk",)
    search_window = 50_000
    search_help_text = "Name, SHA-256 or id."
    actions = ("give_up",)
    row_commands: ClassVar[tuple[str, ...]] = ("give_up",)
    fields = readonly_fields = (
        "name",
        "team",
        "state",
        "has_come",
        "error_code",
        "error_message",
        "content_type",
        "sha256",
        "stored_as",
        "probed",
        "created_by",
        "created_by_key",
        "created_at",
        "finished_at",
        "expires_at",
        "used_at",
        "attempts",
        "lease_until",
    )

    def needs(self) -> list[Need]:
        stuck = Upload.objects.filter(state=UploadState.CHECKING, attempts__gt=2)
        url = list_url(Upload, state__exact=UploadState.CHECKING.value)
        return [Need("Uploads that could not be stored yet", capped_count(stuck), url)]

    def commands_for(self, row: Upload) -> tuple[str, ...]:
        is_kept = row.used_at is not None or row.state == UploadState.GIVEN_UP
        return () if is_kept else self.row_commands

    @admin.display(description="has come")
    def has_come(self, upload: Upload) -> str:
        return f"{size_words(offset_of(upload))} of {size_words(upload.size)}"

    @admin.display(description="stored as")
    def stored_as(self, upload: Upload) -> str:
        return upload.file.name or "–"

    @admin.display(description="what probing told")
    def probed(self, upload: Upload) -> str:
        return pretty_json(upload.facts)

    @admin.action(description="Give up and remove its bytes", permissions=["command"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        carry_out(self, request, queryset, service=give_up_one, done="Given up")


def give_up_one(upload: Upload) -> None:
    give_up_upload(upload=upload, actor=DESK)
