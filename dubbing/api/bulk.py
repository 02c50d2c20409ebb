"""Bulk actions: what callers ask for and get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dubbing.api.errors import refuse
from dubbing.api.fields import StrictSerializer
from dubbing.api.filters import PageSerializer
from dubbing.filters import PARAMETERS
from dubbing.models import BulkAction, BulkRow
from dubbing.services.bulk import MOST_ROWS, Selection, foresee, select_all
from dubbing.services.money import current_rates, estimate
from dubbing.states import BulkOutcome, BulkState, BulkVerb

CHOICES = ("dubbings", "assets", "filter")


class NewBulkSerializer(StrictSerializer):
    verb = serializers.ChoiceField(choices=BulkVerb.choices)
    dubbings = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_ROWS
    )
    assets = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_ROWS,
        help_text="Where the verb is about dubbings: all of these videos.",
    )
    filter = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="The same names and values as the query of `dubbings/`, a list where a name "
        "stands several times. `{}` means all of the team.",
    )
    values = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="`owner`, `reviewer` (id, e-mail or null), `due_on`, `priority`, `tags`, "
        "`project`, or `languages`, as the verb needs them.",
    )
    dry_run = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Nothing changes: the answer says what would be. `confirm/` carries it out.",
    )


class ReasonCountSerializer(serializers.Serializer[Any]):
    words = serializers.CharField()
    count = serializers.IntegerField()


class ForesightSerializer(serializers.Serializer[Any]):
    videos = serializers.IntegerField()
    able = serializers.IntegerField(help_text="Rows for which it is possible as things stand.")
    ways = ReasonCountSerializer(many=True, help_text="What would be done, of `retry`.")
    refusals = ReasonCountSerializer(many=True, help_text="Why not, for the others.")
    minutes = serializers.CharField(help_text="Minutes × languages, where lengths are known.")
    amount = serializers.CharField(
        allow_null=True, help_text="By your rate card; null without one, and of `generate`."
    )
    currency = serializers.CharField()


class BulkSerializer(serializers.ModelSerializer[BulkAction]):
    verb = serializers.ChoiceField(choices=BulkVerb.choices)
    state = serializers.ChoiceField(choices=BulkState.choices)
    values = serializers.DictField(
        child=serializers.JSONField(), allow_null=True, help_text="As it was understood."
    )
    total = serializers.IntegerField(help_text="Rows that were chosen.")
    done = serializers.IntegerField(help_text="Rows that have had their turn.")
    foresight = serializers.SerializerMethodField(help_text="While it is `prepared`.")

    class Meta:
        model = BulkAction
        fields = (
            "id", "verb", "state", "values", "total", "done", "foresight", "created_at",
            "begun_at", "finished_at", "undone_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ForesightSerializer(allow_null=True))
    def get_foresight(self, action: BulkAction) -> dict[str, Any] | None:
        if action.state != BulkState.PREPARED:
            return None
        seen = foresee(action)
        is_counted = action.verb != BulkVerb.GENERATE
        card = current_rates(team_id=action.team_id) if is_counted else None
        sums = estimate(seen.pieces, card=card)
        return {
            "videos": seen.videos,
            "able": seen.able,
            "ways": _counted(seen.ways),
            "refusals": _counted(seen.refusals),
            "minutes": str(sums.minutes),
            "amount": None if sums.amount is None else str(sums.amount),
            "currency": sums.currency,
        }


def _counted(pairs: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"words": words, "count": count} for words, count in pairs]


class BulkRowSerializer(serializers.ModelSerializer[BulkRow]):
    id = serializers.IntegerField()
    asset = serializers.UUIDField(source="asset_id")
    dubbing = serializers.UUIDField(
        source="dubbing_id", allow_null=True, help_text="Null where the verb is about videos."
    )
    outcome = serializers.ChoiceField(choices=BulkOutcome.choices)

    class Meta:
        model = BulkRow
        fields = ("id", "asset", "dubbing", "outcome", "reason")
        read_only_fields = fields


class BulkRowFiltersSerializer(PageSerializer):
    outcome = serializers.ChoiceField(choices=BulkOutcome.choices, required=False)


def read_new_bulk(body: dict[str, Any]) -> dict[str, Any]:
    """Raises rest_framework's ValidationError where the shape is wrong."""
    shape = NewBulkSerializer(data=body)
    shape.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(shape.validated_data)
    if not any(name in values for name in CHOICES):
        refuse("dubbings", "Say which: `dubbings`, `assets` or `filter`.", "required")
    if "filter" in values and ("dubbings" in values or "assets" in values):
        refuse("filter", "Name rows or give a filter, not both.", "two_choices")
    for name in values.get("filter", {}):
        if name not in PARAMETERS:
            refuse("filter", f"The list has no filter “{name[:40]}”.", "unknown_filter")
    return values


def read_selection(given: Mapping[str, Any]) -> Selection:
    """“me” is nobody here: a key is no person."""
    if "filter" not in given:
        return Selection(dubbings=given.get("dubbings", ()), assets=given.get("assets", ()))
    query = {name: _texts(value) for name, value in given["filter"].items()}
    return select_all(query, member=None)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
