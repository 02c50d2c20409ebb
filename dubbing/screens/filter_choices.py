"""What the menu of a filter offers; fetched when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

from accounts.models import Membership
from accounts.scoping import active_team_id
from dubbing.models import Asset, Dubbing, LanguageSet, Locale, Project
from dubbing.screens.filter_line import Changes, PageAddress
from dubbing.states import BADGES, FailureCode, Group, Priority, Stage

MOST_CHOICES = 300
STATES: Changes = {"stage": (), "group": (), "failed": ()}


@dataclass(frozen=True)
class Choice:
    label: str
    url: str
    is_chosen: bool
    heading: str = ""
    """Stands above it, where a new part of the menu begins."""
    heading_url: str = ""
    """Takes all of that part."""


def choices_of(menu: str, address: PageAddress) -> list[Choice]:
    """A menu that there is none of offers nothing."""
    maker = MENUS.get(menu)
    return [] if maker is None else maker(address)


def _one(address: PageAddress, name: str, pairs: list[tuple[str, str]]) -> list[Choice]:
    """One of them at a time; the first is none."""
    chosen = address.filter.values.get(name, ())
    found = [Choice("any", address.url({name: ()}), not chosen)]
    return found + [
        Choice(label, address.url({name: (value,)}), value in chosen) for value, label in pairs
    ]


def _several(address: PageAddress, name: str, pairs: list[tuple[str, str]]) -> list[Choice]:
    """Each is put in or taken out."""
    chosen = address.filter.values.get(name, ())
    found = [Choice("any", address.url({name: ()}), not chosen)]
    for value, label in pairs:
        is_chosen = value in chosen
        values = tuple(one for one in chosen if one != value) if is_chosen else (*chosen, value)
        found.append(Choice(label, address.url({name: values}), is_chosen))
    return found


def _projects(address: PageAddress) -> list[Choice]:
    rows = Project.objects.order_by("name").values_list("pk", "name")[:MOST_CHOICES]
    return _one(address, "project", [*((str(pk), name) for pk, name in rows), ("none", "none")])


def _states(address: PageAddress) -> list[Choice]:
    values = address.filter.values
    groups: dict[str, dict[str, tuple[str, ...]]] = {
        "needs a person": {"group": (Group.PERSON.value, Group.ASKED.value)},
        "moves by itself": {"group": (Group.MOVING.value,)},
        "failed": {"failed": ("1",)},
    }
    found = [Choice("any", address.url(STATES), not any(name in values for name in STATES))]
    for label, wanted in groups.items():
        is_chosen = all(values.get(name) == tuple(value) for name, value in wanted.items())
        found.append(Choice(label, address.url({**STATES, **wanted}), is_chosen))
    for at, stage in enumerate(Stage):
        is_chosen = stage in values.get("stage", ())
        chosen = address.url({**STATES, "stage": (stage.value,)})
        found.append(
            Choice(BADGES[stage].label.lower(), chosen, is_chosen, "" if at else "One state")
        )
    return found


def _people(name: str) -> Callable[[PageAddress], list[Choice]]:
    def choices(address: PageAddress) -> list[Choice]:
        members = Membership.objects.filter(team=active_team_id()).select_related("user")
        people = sorted((str(member.user), str(member.user_id)) for member in members)
        pairs = [("me", "me"), ("none", "nobody"), *((pk, label) for label, pk in people)]
        return _one(address, name, pairs[:MOST_CHOICES])

    return choices


def _due(address: PageAddress) -> list[Choice]:
    pairs = [
        ("overdue", "overdue"), ("today", "today"), ("week", "within a week"), ("none", "no date"),
    ]  # fmt: skip
    return _one(address, "due", pairs)


def _locales(address: PageAddress) -> list[Choice]:
    """None, the team's own sets, then each language by region."""
    rows = Locale.objects.filter(can_target=True).order_by("region", "name")
    found = _several(address, "locale", [(row.code, row.name) for row in rows])
    choices = [found[0], *_language_sets(address)]
    by_region = groupby(zip(rows, found[1:], strict=True), key=lambda pair: pair[0].region)
    for region, pairs in by_region:
        places = list(pairs)
        whole = address.url({"locale": tuple(row.code for row, _ in places)})
        (_, first), *rest = places
        choices.append(replace(first, heading=region, heading_url=whole if region else ""))
        choices.extend(choice for _, choice in rest)
    return choices


def _language_sets(address: PageAddress) -> list[Choice]:
    chosen = set(address.filter.values.get("locale", ()))
    return [
        Choice(
            one.name, address.url({"locale": tuple(one.locales)}), set(one.locales) == chosen,
            "" if at else "Your language sets",
        )
        for at, one in enumerate(LanguageSet.objects.all()[:MOST_CHOICES])
    ]  # fmt: skip


def _tags(address: PageAddress) -> list[Choice]:
    """Of the newest videos: what is in use."""
    rows = Asset.objects.shown().exclude(tags=[]).order_by("-pk").values_list("tags", flat=True)
    tags = sorted({tag for found in rows[:1000] for tag in found}, key=str.lower)
    return _several(address, "tag", [(tag, tag) for tag in tags[:MOST_CHOICES]])


def _priorities(address: PageAddress) -> list[Choice]:
    pairs = [(str(one.value), one.label.lower()) for one in reversed(Priority)]
    return _several(address, "priority", pairs)


def _causes(address: PageAddress) -> list[Choice]:
    failed = Dubbing.objects.shown().in_stage(Stage.FAILED).exclude(failure_code="")
    codes = sorted(set(failed.order_by("-pk").values_list("failure_code", flat=True)[:1000]))
    names = dict(FailureCode.choices)
    return _one(address, "failure", [(code, str(names.get(code, code))) for code in codes])


def _progress(address: PageAddress) -> list[Choice]:
    return _one(address, "progress", [("1", "1 day"), ("none", "7 days"), ("30", "30 days")])


def _more(address: PageAddress) -> list[Choice]:
    """Each a filter by itself."""
    values = address.filter.values
    flags = [
        ("waiting", "me", "Waiting for me"),
        ("failed", "1", "Failed"),
        ("slow", "1", "Slower than usual"),
        ("progress", "none", "No progress for 7 days"),
        ("hidden", "1", "Hidden videos"),
    ]
    return [
        Choice(label, address.url({name: () if name in values else (value,)}), name in values)
        for name, value, label in flags
    ]


MENUS: dict[str, Callable[[PageAddress], list[Choice]]] = {
    "project": _projects,
    "state": _states,
    "owner": _people("owner"),
    "reviewer": _people("reviewer"),
    "due": _due,
    "locale": _locales,
    "tag": _tags,
    "priority": _priorities,
    "failure": _causes,
    "progress": _progress,
    "more": _more,
}
# Behind “+ Filter”, beside the flags.
MORE_MENUS = {
    "locale": "Language", "reviewer": "Reviewer", "tag": "Tag", "priority": "Priority",
    "failure": "Cause of failure",
}  # fmt: skip
