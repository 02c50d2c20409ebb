"""Tags, project and hiding of many videos, and putting them back."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError

from dubbing.models import Asset, Project
from dubbing.services.assets import hide_assets, show_assets
from dubbing.services.bulk.turns import Turn, settle
from dubbing.services.details import project_named, relabel_assets
from dubbing.states import BulkOutcome
from dubbing.validators import clean_tags


def add_tags(turn: Turn) -> None:
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        has = {tag.casefold() for tag in asset.tags}
        new = [tag for tag in turn.values["tags"] if tag.casefold() not in has]
        if not new:
            settle(row, BulkOutcome.SAME)
            continue
        try:
            asset.tags = clean_tags([*asset.tags, *new])
        except ValidationError as error:
            settle(row, BulkOutcome.REFUSED, " ".join(error.messages))
            continue
        row.before = {"added": new}
        settle(row, BulkOutcome.DONE)
        changed.append(asset)
    _relabel(turn, changed, f"Tagged {_named(turn.values['tags'])}")


def remove_tags(turn: Turn) -> None:
    unwanted = {tag.casefold() for tag in turn.values["tags"]}
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        gone = [tag for tag in asset.tags if tag.casefold() in unwanted]
        if not gone:
            settle(row, BulkOutcome.SAME)
            continue
        asset.tags = [tag for tag in asset.tags if tag.casefold() not in unwanted]
        row.before = {"removed": gone}
        settle(row, BulkOutcome.DONE)
        changed.append(asset)
    _relabel(turn, changed, f"Tags removed: {_named(turn.values['tags'])}")


def take_tags_off(turn: Turn) -> None:
    """Undo of add_tags: those that somebody took off meanwhile stay off."""
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        left = [tag for tag in asset.tags if tag not in row.before["added"]]
        if len(left) != len(asset.tags):
            asset.tags = left
            changed.append(asset)
        settle(row, BulkOutcome.UNDONE)
    _relabel(turn, changed, "Tags taken off again")


def put_tags_back(turn: Turn) -> None:
    """Undo of remove_tags."""
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        try:
            asset.tags = clean_tags([*asset.tags, *row.before["removed"]])
        except ValidationError as error:
            settle(row, BulkOutcome.KEPT, " ".join(error.messages))
            continue
        settle(row, BulkOutcome.UNDONE)
        changed.append(asset)
    _relabel(turn, changed, "Tags put back")


def set_project(turn: Turn) -> None:
    project = project_named(turn.action.team, turn.values["project"])
    wanted = project.pk if project else None
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        if asset.project_id == wanted:
            settle(row, BulkOutcome.SAME)
            continue
        row.before = {"project": _text(asset.project_id), "set": _text(wanted)}
        asset.project = project
        settle(row, BulkOutcome.DONE)
        changed.append(asset)
    _relabel(turn, changed, f"Project: {project.name}" if project else "Taken out of its project")


def put_project_back(turn: Turn) -> None:
    known = {str(project.pk): project for project in Project.objects.filter(pk__in=_before(turn))}
    changed: list[Asset] = []
    for row, asset in turn.each_video():
        earlier = known.get(row.before["project"])
        if _text(asset.project_id) != row.before["set"]:
            settle(row, BulkOutcome.KEPT, "Somebody moved it to another project since.")
        elif row.before["project"] and earlier is None:
            settle(row, BulkOutcome.KEPT, "The project that it was in is not there any more.")
        else:
            asset.project = earlier
            settle(row, BulkOutcome.UNDONE)
            changed.append(asset)
    _relabel(turn, changed, "Back in the project of before")


def hide(turn: Turn) -> None:
    changed = {
        asset.pk for asset in hide_assets(assets=list(turn.assets.values()), actor=turn.actor)
    }
    for row in turn.rows:
        settle(row, BulkOutcome.DONE if row.asset_id in changed else BulkOutcome.SAME)


def show(turn: Turn) -> None:
    show_assets(assets=list(turn.assets.values()), actor=turn.actor)
    for row in turn.rows:
        settle(row, BulkOutcome.UNDONE)


def _relabel(turn: Turn, assets: list[Asset], note: str) -> None:
    relabel_assets(assets=assets, notes={asset.pk: note for asset in assets}, actor=turn.actor)


def _named(tags: list[str]) -> str:
    return ", ".join(f"“{tag}”" for tag in tags)


def _text(pk: uuid.UUID | None) -> str:
    return str(pk) if pk else ""


def _before(turn: Turn) -> set[str]:
    return {row.before["project"] for row in turn.rows if row.before["project"]}
