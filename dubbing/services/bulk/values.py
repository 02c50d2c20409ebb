"""What a bulk action is to set: read once, by the rules of the single edits, and kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Locale
from dubbing.services.orders import known_locales
from dubbing.services.work import WorkChanges, read_work, work_words
from dubbing.states import VERBS_WITH_VALUES, BulkVerb
from dubbing.validators import clean_tags, validate_targets, validate_title

Values = dict[str, Any]

# Which of the given fields belong to a verb.
WORK_FIELDS = {
    BulkVerb.ASSIGN: ("owner", "reviewer", "due_on"),
    BulkVerb.DUE: ("due_on",),
    BulkVerb.PRIORITY: ("priority",),
}


def read_values(verb: BulkVerb, given: Mapping[str, Any]) -> Values:
    """Canonical values. Raises ValidationError by field; `no_values` where nothing is said."""
    if verb not in VERBS_WITH_VALUES:
        return {}
    if verb in WORK_FIELDS:
        return _read_work(verb, given)
    if verb in (BulkVerb.ADD_TAGS, BulkVerb.REMOVE_TAGS):
        return _read_tags(given)
    if verb == BulkVerb.PROJECT:
        return _read_project(given)
    return _read_languages(given)


def _read_work(verb: BulkVerb, given: Mapping[str, Any]) -> Values:
    changes = read_work({name: given[name] for name in WORK_FIELDS[verb] if name in given})
    if not changes:
        raise _nothing_said(WORK_FIELDS[verb][0], "Say what is to be set.")
    return {name: plain(value) for name, value in changes.items()}


def plain(value: Any) -> Any:
    """As JSON keeps it: people by id, dates as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value.pk) if hasattr(value, "pk") else value


def _read_tags(given: Mapping[str, Any]) -> Values:
    tags = given.get("tags") or ()
    if not isinstance(tags, str | list | tuple):
        raise _nothing_said("tags", "Give a list of tags.")
    try:
        tags = clean_tags(tags)
    except ValidationError as error:
        raise ValidationError({"tags": error.error_list}) from None
    if not tags:
        raise _nothing_said("tags", "Give at least one tag.")
    return {"tags": tags}


def _read_project(given: Mapping[str, Any]) -> Values:
    if "project" not in given:
        raise _nothing_said("project", "Say which project; blank takes them out of theirs.")
    name = given["project"] or ""
    try:
        if name:
            name = name.strip() if isinstance(name, str) else name
            validate_title(name)
    except ValidationError as error:
        raise ValidationError({"project": error.error_list}) from None
    return {"project": name}


def _read_languages(given: Mapping[str, Any]) -> Values:
    codes = given.get("languages") or []
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise _nothing_said("languages", "Give a list of language codes.")
    try:
        # Whether one is the video's own language is each video's matter.
        validate_targets(source="", targets=list(codes), known=known_locales())
    except ValidationError as error:
        raise ValidationError({"languages": error.error_list}) from None
    return {"languages": list(codes)}


def _nothing_said(field: str, message: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code="no_values")]})


def work_changes(verb: BulkVerb, values: Values) -> WorkChanges:
    """For change_work. Raises ValidationError where a person has left the team meanwhile."""
    return read_work({name: values[name] for name in WORK_FIELDS[verb] if name in values})


def values_words(verb: BulkVerb, values: Values | None) -> str:
    """“owner Anna Berg, no reviewer”; empty where there is nothing to say."""
    if not values:
        return ""
    if verb in WORK_FIELDS:
        try:
            changes = work_changes(verb, values)
        except ValidationError as error:
            return " ".join(error.messages)
        return ", ".join(work_words(name, value) for name, value in changes.items())
    if verb == BulkVerb.PROJECT:
        return f"project “{values['project']}”" if values["project"] else "no project"
    if verb == BulkVerb.ADD_LANGUAGES:
        names = dict(
            Locale.objects.filter(code__in=values["languages"]).values_list("code", "name")
        )
        return ", ".join(str(names.get(code, code)) for code in values["languages"])
    return ", ".join(f"“{tag}”" for tag in values["tags"])
