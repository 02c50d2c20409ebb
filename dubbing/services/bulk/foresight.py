"""What a prepared action would do, said before the yes: how many, which cannot and why, the price.

Rows are counted by what their rules look at, in a few statements for any number of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from dubbing.models import Asset, BulkAction, Connection, Dubbing, OutboxMessage, Version
from dubbing.services.bulk.retrying import healing_of, newest_commands
from dubbing.services.bulk.selection import Selection, check_not_too_many
from dubbing.services.bulk.sends import NO_DRAFT
from dubbing.services.money import Piece, dubbed_seconds
from dubbing.services.versions import why_not_generate
from dubbing.states import OPEN_MESSAGES, BulkVerb, DubbingStatus

ALREADY_SENDING = "It is being sent already, or its outcome is unknown."
NOT_TAKEN = "Languages can be added once Panjaya has taken the video."


@dataclass(frozen=True)
class Foresight:
    """`ways`: what would be done, in words, with how many; `refusals`: why not, with how many."""

    videos: int
    rows: int
    ways: tuple[tuple[str, int], ...]
    refusals: tuple[tuple[str, int], ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def able(self) -> int:
        return self.rows - sum(count for _, count in self.refusals)


Seen = tuple[Counter[str], Counter[str], list[Piece]]


def foresee(action: BulkAction) -> Foresight:
    """Of a prepared action."""
    rows = action.rows.order_by()
    videos = rows.values("asset").distinct().count()
    dubs = Dubbing.objects.filter(pk__in=rows.values("dubbing"))
    assets = Asset.objects.filter(pk__in=rows.values("asset"))
    values = action.values or {}
    seen: Seen = Counter(), Counter(), []
    if action.verb == BulkVerb.GENERATE:
        seen = _see_generate(dubs)
    elif action.verb == BulkVerb.RETRY:
        seen = _see_retry(dubs)
    elif action.verb == BulkVerb.ADD_LANGUAGES:
        seen = _see_languages(assets, set(values.get("languages", ())))
    return _foresight(videos, action.total, seen)


def foresee_generate(selection: Selection) -> Foresight:
    """Of a selection, before anything is prepared: what its bar says.

    Raises ValidationError (code `too_many_chosen`).
    """
    dubs = selection.chosen_dubbings()
    check_not_too_many(dubs)
    rows = dubs.order_by().aggregate(rows=Count("pk"), videos=Count("asset", distinct=True))
    return _foresight(rows["videos"], rows["rows"], _see_generate(dubs))


def _foresight(videos: int, rows: int, seen: Seen) -> Foresight:
    ways, refusals, pieces = seen
    return Foresight(videos, rows, _counted(ways), _counted(refusals), tuple(pieces))


def _counted(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((words, count) for words, count in counter.most_common() if words)


def _see_generate(chosen: Any) -> Seen:
    open_ones = OutboxMessage.objects.filter(
        version=OuterRef("current"), state__in=sorted(OPEN_MESSAGES)
    )
    dubs = chosen.annotate(is_busy=Exists(open_ones))
    facts = ("current__status", "asset__connection", "is_busy")
    connections = {row.pk: row for row in Connection.objects.all()}
    refusals: Counter[str] = Counter()
    fit = Q(pk__in=[])
    for row in dubs.order_by().values(*facts).annotate(count=Count("pk")):
        connection = connections[row["asset__connection"]]
        reason = _why_not(row["current__status"], connection, row["is_busy"])
        refusals[reason] += row["count"]
        if not reason:
            fit |= Q(**{name: row[name] for name in facts})
    del refusals[""]
    return Counter(), refusals, _pieces(dubs.filter(fit))


def _why_not(status: str | None, connection: Connection, is_busy: bool) -> str:
    if status is None:
        return NO_DRAFT
    if is_busy:
        return ALREADY_SENDING
    return why_not_generate(Version(status=status, asset=Asset(connection=connection)))


def _pieces(dubs: Any) -> list[Piece]:
    names = ("asset__duration_seconds", "asset__start_time", "asset__end_time", "asset__lips_model")
    return [
        Piece(dubbed_seconds(duration=duration, start=start, end=end), 1, lips)
        for duration, start, end, lips in dubs.values_list(*names)
    ]


def _see_retry(chosen: Any) -> Seen:
    dubs = list(chosen.select_related("asset", "current").defer("asset__snapshot", "srt"))
    commands = newest_commands(dubs)
    ways, refusals = Counter[str](), Counter[str]()
    paid = []
    for dubbing in dubs:
        healing = healing_of(dubbing, commands.get(dubbing.pk))
        if healing.why_not:
            refusals[healing.why_not] += 1
        elif healing.message is None:
            ways["failed: reopened for editing at Panjaya"] += 1
        else:
            ways["not sent: sent again"] += 1
            if dubbing.status == DubbingStatus.NOT_SENT:
                paid.append(dubbing.pk)
    return ways, refusals, _pieces(Dubbing.objects.filter(pk__in=paid))


def _see_languages(videos: Any, wanted: set[str]) -> Seen:
    ways, refusals = Counter[str](), Counter[str]()
    pieces = []
    has: defaultdict[Any, set[str]] = defaultdict(set)
    known = Dubbing.objects.filter(asset__in=videos.order_by().values("pk"))
    for asset_id, code in known.values_list("asset", "locale_id"):
        has[asset_id].add(code)
    for asset in videos.defer("snapshot"):
        missing = wanted - has[asset.pk] - {asset.locale_id}
        if not asset.can_add_languages:
            refusals[NOT_TAKEN] += 1
        elif missing:
            pieces.append(_piece(asset, len(missing)))
        elif wanted:
            ways["nothing to add: they have these languages"] += 1
    return ways, refusals, pieces


def _piece(asset: Asset, languages: int) -> Piece:
    seconds = dubbed_seconds(
        duration=asset.duration_seconds, start=asset.start_time, end=asset.end_time
    )
    return Piece(seconds, languages, asset.lips_model)
