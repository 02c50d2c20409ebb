"""Templates and named language sets: what a batch can begin with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Team
from dubbing.models import LanguageSet, Preset
from dubbing.models.batches import NAME_LENGTH
from dubbing.services.actors import Actor
from dubbing.services.batches.values import SETTINGS, read_values
from dubbing.services.orders import known_locales
from dubbing.services.work_plans import WorkPlan, WorkRules
from dubbing.validators import validate_targets


def save_preset(*, team: Team, actor: Actor, name: str, settings: Mapping[str, Any]) -> Preset:
    """Raises ValidationError: on `name` (`name_empty`, `name_taken`…) or under settings' names."""
    told = _told(settings)
    preset = Preset(team=team, name=_name(name), settings=told, created_by=actor.user)
    _save(preset)
    return preset


def change_preset(*, preset: Preset, name: str, settings: Mapping[str, Any]) -> None:
    """As save_preset. What was begun with it keeps its values."""
    preset.settings, preset.name = _told(settings), _name(name)
    _save(preset)


def _told(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is filled in; of people and dates only what could be right on the day it is used."""
    values = read_values(settings, names=SETTINGS)
    told = {field: value for field, value in values.items() if value not in ("", None, [])}
    if not told:
        raise ValidationError("There is nothing to keep yet: fill in a field.", code="required")
    WorkRules().order(WorkPlan.typed(told))
    return told


def find_preset(text: str) -> Preset | None:
    """By an id as an address holds it; None for anything else."""
    try:
        found: Preset | None = Preset.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None
    return found


def save_language_set(*, team: Team, name: str, locales: Sequence[str]) -> LanguageSet:
    """Raises ValidationError: on `name`, or on `languages` as for any targets."""
    chosen = list(dict.fromkeys(locales))
    try:
        validate_targets(source="", targets=chosen, known=known_locales())
    except ValidationError as error:
        raise ValidationError({"languages": error.error_list}) from None
    found = LanguageSet(team=team, name=_name(name), locales=chosen)
    _save(found)
    return found


def rename(*, row: LanguageSet, name: str) -> None:
    """Raises ValidationError on `name`."""
    row.name = _name(name)
    _save(row)


def delete_preset(*, preset: Preset) -> None:
    """What was begun with it keeps its values."""
    preset.delete()


def delete_language_set(*, language_set: LanguageSet) -> None:
    language_set.delete()


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", " ").split())
    if not name:
        raise _on_name("Give it a name.", "name_empty")
    if len(name) > NAME_LENGTH:
        raise _on_name(f"A name has at most {NAME_LENGTH} characters.", "name_too_long")
    return name


def _save(row: Preset | LanguageSet) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        message = f"“{row.name}” is there already. Choose another name."
        raise _on_name(message, "name_taken") from None


def _on_name(message: str, code: str) -> ValidationError:
    return ValidationError({"name": ValidationError(message, code=code)})
