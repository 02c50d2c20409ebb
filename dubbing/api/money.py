"""Money, as callers get it, and what they ask about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from dubbing.api.errors import refuse
from dubbing.api.fields import OptionalText, StrictSerializer, TextField, TimeField
from dubbing.api.filters import FiltersSerializer, LocaleFilter, PageSerializer
from dubbing.api.inputs import MOST_LANGUAGES
from dubbing.api.serializers import BlankIsNull
from dubbing.models import Asset, RateCard, SpendEntry
from dubbing.screens.month import month_named
from dubbing.screens.quotes import piece_of, source_seconds
from dubbing.services.money import Piece, dubbed_seconds
from dubbing.services.orders import UPLOAD_FAULTS
from dubbing.services.uploads import named_upload
from dubbing.states import LipsModel, SpendState, UploadState
from dubbing.validators import parse_timecode, validate_trim

MOST_RELEASED = 200


class MonthField(TextField):
    def to_internal_value(self, data: Any) -> Any:
        month = month_named(super().to_internal_value(data))
        if month is None:
            raise serializers.ValidationError(
                "A month is written like 2026-11.", code="invalid_month"
            )
        return month

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class ExactField(serializers.DecimalField):
    """A sum as text: programs would round a number."""

    def __init__(self, decimal_places: int = 2, **options: Any) -> None:
        super().__init__(14, decimal_places, coerce_to_string=True, **options)


class MonthFilterSerializer(FiltersSerializer):
    month = MonthField(required=False, help_text="Such as `2026-11`, in UTC; left out: this one.")


class LineFiltersSerializer(PageSerializer):
    month = MonthField(required=False, help_text="Such as `2026-11`, in UTC; left out: all.")
    state = serializers.ChoiceField(choices=SpendState.choices, required=False)
    asset = serializers.UUIDField(required=False)


class RatesSerializer(serializers.ModelSerializer[RateCard]):
    per_minute = ExactField(4)
    per_minute_fast = ExactField(4, allow_null=True)
    monthly_ceiling = ExactField(allow_null=True)
    since = serializers.DateTimeField(source="created_at")

    class Meta:
        model = RateCard
        fields = (
            "currency", "per_minute", "per_minute_fast", "rounding", "monthly_ceiling", "since",
        )  # fmt: skip
        read_only_fields = fields


class SumSerializer(serializers.Serializer[Any]):
    currency = BlankIsNull(help_text="Null: from before there were prices.")
    amount = ExactField()
    minutes = ExactField(4, help_text="Every language counted.")


class HeldSerializer(serializers.Serializer[Any]):
    commands = serializers.IntegerField(source="held_count")
    amount = ExactField(source="held_amount")


class MonthSerializer(serializers.Serializer[Any]):
    """Of a MonthSums."""

    month = MonthField()
    total = SumSerializer(help_text="In the currency of the rates.")
    other_totals = SumSerializer(many=True, help_text="In currencies of earlier rates.")
    rates = RatesSerializer(source="card", allow_null=True, help_text="Null: none are entered.")
    ceiling_left = ExactField(
        source="ceiling.left",
        allow_null=True,
        help_text="Of this month’s ceiling; null where there is none, and for other months.",
    )
    dubs_of_unknown_length = serializers.IntegerField(source="unknown_count")
    held = HeldSerializer(source="*", help_text="What waits now for an owner’s release.")


class SpendLineSerializer(serializers.ModelSerializer[SpendEntry]):
    asset = serializers.UUIDField(source="asset_id")
    title = serializers.CharField(source="asset.title")
    dubbing = serializers.UUIDField(source="dubbing_id")
    locale = serializers.CharField(source="dubbing.locale_id")
    state = serializers.ChoiceField(choices=SpendState.choices)
    month = MonthField()
    minutes = ExactField(4, allow_null=True, help_text="Null: length unknown.")
    rate = ExactField(4, allow_null=True, help_text="Of a minute, at that time.")
    amount = ExactField()
    currency = BlankIsNull()

    class Meta:
        model = SpendEntry
        fields = (
            "id", "asset", "title", "dubbing", "locale", "state", "month", "minutes", "rate",
            "rounding", "amount", "currency", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class EstimatedLanguageSerializer(StrictSerializer):
    locale = LocaleFilter(help_text="Such as `de-DE`.")


class AskedEstimateSerializer(StrictSerializer):
    """What of an order its price follows from."""

    asset = serializers.UUIDField(
        required=False,
        help_text="A video that is here: what these languages come to when they are added to it. "
        "Nothing else than `languages` goes with it.",
    )
    media_url = OptionalText(help_text="A link whose length the desk knows already, if it does.")
    upload = OptionalText(help_text="The id of a finished upload.")
    languages: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=EstimatedLanguageSerializer(), allow_empty=False, max_length=MOST_LANGUAGES
    )
    start_time = TimeField(help_text="Trim: where to begin.")
    end_time = TimeField(help_text="Trim: where to end.")
    lips_model = serializers.ChoiceField(choices=LipsModel.choices, required=False, allow_null=True)


class EstimateSerializer(serializers.Serializer[Any]):
    """Of a Quote."""

    dubs = serializers.IntegerField(source="estimate.dubs")
    minutes = ExactField(
        4,
        source="known_minutes",
        allow_null=True,
        help_text="Every language counted; null where the length is not known yet.",
    )
    amount = ExactField(
        source="known_amount", allow_null=True, help_text="Null: no rates, or no known length."
    )
    currency = BlankIsNull(source="estimate.currency")
    spent = ExactField(help_text="This month, before it.")
    will_wait = serializers.BooleanField(
        help_text="It goes above the month’s ceiling: it is taken, and an owner releases it."
    )


class ReleaseSerializer(StrictSerializer):
    assets: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=serializers.UUIDField(),
        required=False,
        allow_empty=False,
        max_length=MOST_RELEASED,
        help_text="All that waits for these videos; left out with `all`.",
    )
    all = serializers.BooleanField(required=False, help_text="`true`: all that waits.")


class ReleasedSerializer(serializers.Serializer[Any]):
    released = serializers.IntegerField(help_text="Commands; 0 where nothing waited any more.")


@dataclass(frozen=True)
class Release:
    """None: all of them."""

    assets: list[uuid.UUID] | None


def read_release(body: dict[str, Any]) -> Release:
    shape = ReleaseSerializer(data=body)
    shape.is_valid(raise_exception=True)
    given = shape.validated_data
    if given.get("all"):
        return Release(None)
    if "assets" not in given:
        refuse("assets", "Name videos, or say all.", "required")
    return Release(given["assets"])


def read_piece(body: dict[str, Any]) -> Piece:
    """Raises either ValidationError, under the fields of an order."""
    shape = AskedEstimateSerializer(data=body)
    shape.is_valid(raise_exception=True)
    given = shape.validated_data
    languages = {language["locale"] for language in given["languages"]}
    if "asset" in given:
        return _more_languages(given, languages)
    address, upload = given.get("media_url") or "", named_upload(given.get("upload") or "")
    if upload is not None and upload.state == UploadState.GIVEN_UP:
        refuse("upload", *UPLOAD_FAULTS[UploadState.GIVEN_UP])
    duration = source_seconds(upload=upload, media_url=address)
    start, end = _time(given, "start_time"), _time(given, "end_time")
    with _under("end_time" if end is not None else "start_time"):
        validate_trim(start=start, end=end, duration=duration)
    seconds = dubbed_seconds(duration=duration, start=start, end=end)
    return Piece(seconds, len(languages), given.get("lips_model") or "")


def _more_languages(given: dict[str, Any], languages: set[str]) -> Piece:
    """Of a video that is here, those it has not yet."""
    for name in ("media_url", "upload", "start_time", "end_time", "lips_model"):
        if given.get(name) not in (None, ""):
            refuse(name, "This is settled for a video that is here: leave it out.", "asset_given")
    asset: Asset | None = Asset.objects.filter(pk=given["asset"]).first()
    if asset is None:
        refuse("asset", "There is no such video here.", "unknown_asset")
    there = asset.dubbings.filter(locale__in=languages).values_list("locale__name", flat=True)
    if names := sorted(there):
        refuse("languages", f"The video has {', '.join(names)} already.", "language_exists")
    return piece_of(asset, languages=len(languages))


def _time(given: dict[str, Any], name: str) -> Decimal | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    with _under(name):
        return parse_timecode(value)


@contextmanager
def _under(name: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise ValidationError({name: error}) from None
