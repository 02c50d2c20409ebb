"""Which video a line is about: by our id, else by its reference, else by none."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Prefetch

from dubbing.models import Asset, Dubbing
from dubbing.services.sheets.lines import Line

ASKED_AT_ONCE = 1000
T = TypeVar("T")


def match_lines(lines: Sequence[Line]) -> dict[int, Asset]:
    """Line number → the video it is about. What is wrong is noted on the lines."""
    by_id = _by_id({line.asset_id for line in lines if line.asset_id})
    open_lines = [line for line in lines if not line.asset_id]
    by_reference = _by_reference({_reference(line) for line in open_lines} - {""})
    found: dict[int, Asset] = {}
    for line in lines:
        if line.asset_id:
            asset = by_id.get(line.asset_id)
            if asset is None:
                message = "No video of this team has this ID. Empty the cell to make a new one."
                line.refuse("id", "sheet_unknown_id", message)
        else:
            asset = _only(line, by_reference.get(_reference(line), []))
        if asset is not None:
            found[line.number] = asset
    _refuse_repeats(lines, found)
    return found


def _reference(line: Line) -> str:
    return line.values.get("reference", "")


def _only(line: Line, assets: list[Asset]) -> Asset | None:
    """Hidden videos count only where no other has the reference."""
    shown = [asset for asset in assets if not asset.is_hidden] or assets
    if len(shown) > 1:
        line.refuse(
            "reference",
            "sheet_unclear_reference",
            f"{len(shown)} videos have the reference “{_reference(line)}”. Add a column with "
            "their IDs.",
        )
        return None
    return shown[0] if shown else None


def _refuse_repeats(lines: Sequence[Line], found: dict[int, Asset]) -> None:
    first: dict[uuid.UUID, int] = {}
    for line in lines:
        asset = found.get(line.number)
        if asset is None:
            continue
        if asset.pk in first:
            message = f"Line {first[asset.pk]:,} is about the same video. Keep one of them."
            line.refuse("id", "sheet_line_twice", message)
        first.setdefault(asset.pk, line.number)


def _by_id(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Asset]:
    return {asset.pk: asset for some in _parts(sorted(ids)) for asset in _assets(pk__in=some)}


def _by_reference(references: Iterable[str]) -> dict[str, list[Asset]]:
    found: dict[str, list[Asset]] = defaultdict(list)
    for some in _parts(sorted(references)):
        for asset in _assets(reference__in=some):
            found[asset.reference].append(asset)
    return found


def _assets(**asked: Any) -> Iterable[Asset]:
    dubbings = (
        Dubbing.objects.select_related("owner", "reviewer")
        .only(
            "pk",
            "asset_id",
            "locale_id",
            "team_id",
            "owner__email",
            "reviewer__email",
            "due_on",
            "priority",
        )
        .order_by()
    )
    rows: Iterable[Asset] = (
        Asset.objects.filter(**asked)
        .select_related("project")
        .defer("snapshot", "facts")
        .prefetch_related(Prefetch("dubbings", queryset=dubbings))
    )
    return rows


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), ASKED_AT_ONCE):
        yield values[start : start + ASKED_AT_ONCE]
