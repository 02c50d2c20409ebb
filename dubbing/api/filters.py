"""What lists can be asked for. A misspelt name or a nonsense value is told, never passed over."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from dubbing.api.errors import refuse
from dubbing.api.fields import StrictSerializer, TextField
from dubbing.api.paging import LARGEST_PAGE, PAGE_SIZE
from dubbing.filters import DubbingFilter
from dubbing.models import Locale
from dubbing.states import AssetStatus, BatchState, Verdict
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


class FilterTexts(serializers.ListField):
    """May be given several times."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, child=TextField(), **options)


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


class SharedFiltersSerializer(ListFiltersSerializer):
    """The words of the matrix. Here they are described; `dubbing.filters` reads their values."""

    q = FilterText(help_text="In title, project, reference, tags or remote id of the video.")
    project = FilterText(help_text="The project’s name or id; `none`: of no project.")
    tag = FilterTexts(help_text="All of them.")
    locale = FilterTexts(help_text="Dubbed into one of these languages.")
    stage = FilterTexts(help_text="In one of these stages.")
    group = FilterTexts(
        help_text="What they ask of people: `moving`, `person`, `asked`, `go`, `done`, `broken`."
    )
    owner = FilterTexts(help_text="By id or e-mail; `none`: nobody’s.")
    reviewer = FilterTexts(help_text="By id or e-mail; `none`: nobody’s.")
    due = FilterText(
        help_text="`overdue`, `today`, `week`, `none`, a day like `2026-12-03` or "
        "`2026-12-01..2026-12-31`."
    )
    priority = FilterTexts(help_text="`1` to `4`, or `low`, `normal`, `high`, `urgent`.")
    waiting = FilterText(help_text="`me`: only for people. A key is nobody in person.")
    failed = FilterText(help_text="`1`: failed or not sent.")
    failure = FilterText(help_text="Why it failed: Panjaya’s code.")
    slow = FilterText(help_text="`1`: Panjaya takes longer than usual.")
    progress = FilterText(help_text="`none`: nothing has moved for 7 days; a number of days.")
    since = FilterText(help_text="In its stage since this moment, or for a shorter time.")
    hidden = FilterText(help_text="`1`: those that are hidden, and only those.")


class AssetFiltersSerializer(SharedFiltersSerializer):
    remote_id = FilterText(help_text="Panjaya’s id of the asset.")
    reference = FilterText(help_text="Your own name for it.")
    status = serializers.ChoiceField(choices=AssetStatus.choices, required=False)


class DubbingFiltersSerializer(SharedFiltersSerializer):
    asset = serializers.UUIDField(required=False)
    remote_id = FilterText(help_text="Panjaya’s id of the dubbing.")
    version_remote_id = FilterText(help_text="Panjaya’s id of one of its versions.")


class BatchFiltersSerializer(PageSerializer):
    status = serializers.ChoiceField(choices=BatchState.choices, required=False)


class RowFiltersSerializer(PageSerializer):
    verdict = serializers.ChoiceField(choices=Verdict.choices, required=False)
    removed = serializers.BooleanField(
        required=False, default=False, help_text="`1`: those that were taken out, and only those."
    )


def read_filters(request: Request, kind: type[FiltersSerializer]) -> dict[str, Any]:
    names = kind().fields
    several = {name for name, field in names.items() if isinstance(field, FilterTexts)}
    data: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        if len(values) > 1 and name not in several:
            refuse(name, "This filter was given more than once.", "given_twice")
        data[name] = values if name in several else values[0]
    filters = kind(data=data)
    filters.is_valid(raise_exception=True)
    read: dict[str, Any] = dict(filters.validated_data)
    return read


def read_shared(request: Request) -> DubbingFilter:
    """The words that pages and API have in common. A key is nobody in person. Raises what is
    wrong with each."""
    found = DubbingFilter.parse(dict(request.query_params.lists()))
    if found.problems:
        told = {one.name: [ErrorDetail(one.sentence, one.code)] for one in found.problems}
        raise serializers.ValidationError(told)
    return found
