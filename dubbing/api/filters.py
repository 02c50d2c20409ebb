"""What lists can be asked for. A misspelt name or a nonsense value is told, never passed over."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from dubbing.api.errors import refuse
from dubbing.api.fields import StrictSerializer, TextField
from dubbing.api.paging import LARGEST_PAGE, PAGE_SIZE
from dubbing.models import Locale
from dubbing.states import AssetStatus, BatchState, Stage, Verdict
from dubbing.validators import MAX_TITLE_CHARACTERS


class Moment(serializers.DateTimeField):
    """A plus sign that was not escaped arrives as a space."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(str(value).replace(" ", "+"))


class FilterText(TextField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=MAX_TITLE_CHARACTERS, **options)


class LocaleFilter(FilterText):
    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if not Locale.objects.filter(code=code).exists():
            raise serializers.ValidationError(
                f"We do not know the locale “{code[:40]}”.", "unknown_locale"
            )
        return code


class FiltersSerializer(StrictSerializer):
    unknown_code = "unknown_filter"
    unknown_message = "The list has no such filter."


class PageSerializer(FiltersSerializer):
    """Every list can be asked for these."""

    page_size = serializers.IntegerField(
        required=False, default=PAGE_SIZE, min_value=1, max_value=LARGEST_PAGE
    )
    cursor = TextField(required=False, help_text="As in `next` and `previous`.")


class ListFiltersSerializer(PageSerializer):
    updated_since = Moment(
        required=False,
        help_text="ISO 8601, such as `2026-01-31T12:00:00Z`: what has changed since, oldest "
        "change first. Ask a minute further back than your last time: changes that were being "
        "written then appear afterwards.",
    )


class AssetFiltersSerializer(ListFiltersSerializer):
    remote_id = FilterText(help_text="Panjaya's id of the asset.")
    reference = FilterText(help_text="Your own name for it.")
    project = FilterText(help_text="The project's name.")
    tag = FilterText()
    status = serializers.ChoiceField(choices=AssetStatus.choices, required=False)
    locale = LocaleFilter(help_text="Dubbed into this language.")
    q = FilterText(help_text="In title or project, or exactly a tag, reference or remote id.")
    hidden = serializers.BooleanField(
        required=False, default=False, help_text="`1`: those that are hidden, and only those."
    )


class DubbingFiltersSerializer(ListFiltersSerializer):
    asset = serializers.UUIDField(required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, required=False)
    locale = LocaleFilter()
    remote_id = FilterText(help_text="Panjaya's id of the dubbing.")
    version_remote_id = FilterText(help_text="Panjaya's id of one of its versions.")


class BatchFiltersSerializer(PageSerializer):
    status = serializers.ChoiceField(choices=BatchState.choices, required=False)


class RowFiltersSerializer(PageSerializer):
    verdict = serializers.ChoiceField(choices=Verdict.choices, required=False)
    removed = serializers.BooleanField(
        required=False, default=False, help_text="`1`: those that were taken out, and only those."
    )


def read_filters(request: Request, kind: type[FiltersSerializer]) -> dict[str, Any]:
    for name, values in request.query_params.lists():
        if len(values) > 1:
            refuse(name, "This filter was given more than once.", "given_twice")
    filters = kind(data=request.query_params.dict())
    filters.is_valid(raise_exception=True)
    read: dict[str, Any] = dict(filters.validated_data)
    return read
