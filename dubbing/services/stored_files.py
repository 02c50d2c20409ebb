"""Which files rows name. Several rows may name the same one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField, Model

from accounts.scoping import all_teams


def file_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of the desk that names a stored file."""
    for model in apps.get_app_config("dubbing").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                yield model, field.name


def is_named(name: str, *, but: Model) -> bool:
    """Whether a row other than `but` names this file; asked in the scope of the file's team."""
    for model, column in file_columns():
        rows: Any = model._default_manager.filter(**{column: name})
        if isinstance(but, model):
            rows = rows.exclude(pk=but.pk)
        if rows.exists():
            return True
    return False


def find_missing_files() -> list[str]:
    """Names that rows have and the storage does not; one question to the storage for each."""
    with all_teams("a restore looks for the files of every team"):
        return [name for name in sorted(_named()) if not default_storage.exists(name)]


def _named() -> set[str]:
    found: set[str] = set()
    for model, column in file_columns():
        rows: Any = model._default_manager.exclude(**{column: ""})
        found.update(rows.values_list(column, flat=True).iterator())
    return found
