"""Named questions about rows. Every queryset here is inside a team's scope or the named way out."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import MD5, Lower, Now, StrIndex

from accounts.scoping import TeamQuerySet
from dubbing.states import FilmState, MessageState, Stage, VersionStatus

# Of an address without what follows its “?”: signed links to one file differ only there.
ADDRESS_MARK = MD5(Func(F("media_url"), Value("?"), Value(1), function="split_part"))
# The same in a question, where the type must be told.
_ASKED_MARK = MD5(
    Func(F("media_url"), Value("?"), Value(1), function="split_part", output_field=TextField())
)
# Typed titles may be longer than an index takes.
TITLE_MARK = MD5(Lower("title"))

# A message's connection. Its video is of the same team by the database's own rule.
_LINE = Func(
    F("asset_id"),
    template="(SELECT a.connection_id FROM dubbing_asset AS a WHERE a.id = %(expressions)s)",
    output_field=UUIDField(),
)

_CALLED = (
    *("team", "asset", "version", "kind", "payload", "state", "attempts", "tried_since", "slot_at"),
    *("unknown_at", "asset__team", "asset__connection", "asset__title", "asset__locale"),
    *("asset__media_url", "asset__media_file", "asset__media_name", "asset__speakers_count"),
    *("asset__start_time", "asset__end_time", "asset__lips_model", "asset__callback_token"),
    *("asset__background_audio_url", "asset__background_audio_file"),
    *("asset__background_audio_name", "asset__remote_id", "asset__status"),
    *("asset__connection__team", "asset__connection__base_url", "asset__connection__sealed_key"),
    *("asset__connection__is_sandbox", "asset__connection__profile"),
    *("version__team", "version__dubbing", "version__remote_id", "version__status"),
)


def address_mark(address: str) -> str:
    """What ADDRESS_MARK is for this address."""
    return hashlib.md5(address.partition("?")[0].encode(), usedforsecurity=False).hexdigest()


class SameVideo(TeamQuerySet):
    """Asked of videos that were sent, and of rows that will be."""

    def titled(self, titles: Iterable[str]) -> Self:
        # In the database, whose idea of lower case the index holds.
        marks = [MD5(Lower(Value(title))) for title in set(titles) if title]
        return self.alias(title_mark=TITLE_MARK).filter(title_mark__in=marks)

    def from_addresses(self, addresses: Iterable[str]) -> Self:
        """Of these addresses, whatever follows the “?”; `mark` tells them apart."""
        marks = {address_mark(address) for address in addresses if address}
        return self.exclude(media_url="").annotate(mark=_ASKED_MARK).filter(mark__in=marks)

    def with_holds(self, video: str = "pk") -> Self:
        """`held_since`: the oldest command that waits for an owner's release, if one does.

        `video`: where a row has the video's id.
        """
        held = self._related("OutboxMessage").held().filter(asset=OuterRef(video))  # type: ignore[attr-defined]
        oldest = held.order_by("held_at").values("held_at")[:1]
        return self.annotate(held_since=Subquery(oldest))

    def _related(self, name: str) -> models.QuerySet[Any]:
        # By name: models import this module.
        model: Any = self.model._meta.apps.get_model("dubbing", name)
        rows: models.QuerySet[Any] = model.objects.all()
        return rows


# Functions of a migration: every run of one to three letters; those that a search needs.
GRAMS, WANTED_GRAMS = "dubbing_grams", "dubbing_wanted_grams"
_GRAM_LIST: ArrayField[Any, Any] = ArrayField(TextField())
# A word in so many of the newest videos is found by walking on; a rarer one by the index. To count
# takes a longer walk than to fill a page.
PROBED, COMMON, COMMON_TO_COUNT = 2000, 20, 100


class AssetWordsQuerySet(TeamQuerySet):
    def containing(self, text: str) -> Self:
        return self.filter(text__contains=Lower(Value(text)))

    def found_by_index(self, text: str) -> Self:
        wanted = Func(Lower(Value(text)), function=WANTED_GRAMS, output_field=_GRAM_LIST)
        grams = Func(F("text"), function=GRAMS, output_field=_GRAM_LIST)
        return self.containing(text).alias(grams=grams).filter(grams__contains=wanted)

    def found_by_walking(self, text: str) -> Self:
        """By a comparison that the planner takes for a likely one. Of a pattern it thinks that it
        fits hardly ever, and would read the whole table at once instead of walking on."""
        place = StrIndex(F("text"), Lower(Value(text)))
        return self.alias(place=place).filter(place__gt=0)

    def found_by(self, text: str, *, is_common: bool) -> Self:
        return self.found_by_walking(text) if is_common else self.found_by_index(text)

    def how_common(self, text: str) -> int:
        """In how many of the newest, of which at most PROBED are looked at."""
        # By the id alone: ordered by the video, it would be by the video's own order. Counted over
        # the slice: as a condition it is taken apart, and every row is looked at.
        is_in = Q(text__contains=Lower(Value(text)))
        counted = self.order_by("-pk")[:PROBED].aggregate(found=Count("pk", filter=is_in))
        return int(counted["found"])


class AssetQuerySet(SameVideo):
    def shown(self) -> Self:
        return self.filter(hidden_at=None)

    def hidden(self) -> Self:
        return self.exclude(hidden_at=None)

    def matching(self, text: str, how_common: int | None = None) -> Self:
        """In title, reference, project, tags or remote id, whatever the case. Asks at once how
        common the text is, unless it is told: no plan is quick for both."""
        words: Any = self._related("AssetWords")
        found = words.how_common(text) if how_common is None else how_common
        if found >= COMMON:
            return self.filter(Exists(words.found_by_walking(text).filter(asset=OuterRef("pk"))))
        return self.filter(pk__in=words.found_by_index(text).values("asset"))

    def with_dubbings(self, *people: str) -> Self:
        """Dubbings with their versions, newest first: what lists and the API show.

        `people`: which of a dubbing's persons come along.
        """
        versions = self._related("Version").order_by("-number")
        dubbings = (
            self._related("Dubbing")
            .select_related("locale", *people)
            .prefetch_related(Prefetch("versions", queryset=versions))
        )
        return self.select_related("locale", "project", "full_run").prefetch_related(
            Prefetch("dubbings", queryset=dubbings)
        )

    def refresh_due(self, now: datetime) -> Self:
        free = Q(refresh_lease_until=None) | Q(refresh_lease_until__lt=now)
        return self.filter(free, refresh_due_at__lte=now).exclude(remote_id="")


class DubbingQuerySet(TeamQuerySet):
    def shown(self) -> Self:
        return self.filter(is_hidden=False)

    def in_stage(self, stage: Stage) -> Self:
        return self.filter(stage=stage)


class NoteQuerySet(TeamQuerySet):
    def open(self) -> Self:
        return self.filter(resolved_at=None, reply_to=None)


class SavedViewQuerySet(TeamQuerySet):
    def offered_to(self, user: models.Model) -> Self:
        """The person's own, and what others share."""
        return self.filter(Q(user=user) | Q(is_shared=True))


class VersionQuerySet(TeamQuerySet):
    def open_for_editing(self) -> Self:
        return self.filter(status=VersionStatus.READY_TO_EDIT)


class MonthTotalQuerySet(TeamQuerySet):
    def to_tell(self, now: datetime) -> Self:
        return self.filter(tell_due_at__lte=now)


class FilmQuerySet(TeamQuerySet):
    def stored(self) -> Self:
        return self.filter(state=FilmState.STORED)

    def due(self, now: datetime) -> Self:
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=FilmState.WANTED, due_at__lte=now)


class OutboxQuerySet(TeamQuerySet):
    def due(self, now: datetime | Now) -> Self:
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=MessageState.WAITING, held_at=None, due_at__lte=now)

    def with_what_its_call_needs(self) -> Self:
        """Of asset, connection and version only that: a worker asks this for every message, and
        with all hundred columns Django took longer to write the question than all else."""
        return self.select_related("asset__connection", "version").only(*_CALLED)

    def sent_by(self, connection_id: uuid.UUID) -> Self:
        """Of this connection. Not by a join: the first of ten thousand is found by its due time,
        where the planner would fetch and sort them all with their videos.
        """
        return self.alias(line=_LINE).filter(line=connection_id)

    def held(self) -> Self:
        """They wait for an owner: above the month's ceiling."""
        return self.filter(state=MessageState.WAITING, held_at__isnull=False)

    def abandoned(self, now: datetime) -> Self:
        """Their worker died between “about to send” and the answer."""
        return self.filter(state=MessageState.SENDING, lease_until__lt=now)

    def unsettled(self) -> Self:
        return self.filter(settled_at=None)
