"""What people call videos: title, project, tags and reference. Panjaya knows nothing of these."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.core.exceptions import ValidationError

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Asset, Project, StatusChange
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset, touch_assets
from dubbing.services.history import change_of, record_change
from dubbing.validators import clean_tags, validate_reference, validate_title


@dataclass(frozen=True)
class Details:
    """As a person writes them: the project by its name, blank for none; tags between commas."""

    title: str
    project: str
    tags: str
    reference: str

    @classmethod
    def of(cls, asset: Asset) -> Details:
        project = asset.project.name if asset.project else ""
        return cls(asset.title, project, _one_line(asset.tags), asset.reference)


class StaleDetailsError(ValidationError):
    """Somebody changed the same since it was read; nothing was written (code `stale_revision`).

    `current`: the details as they are now.
    """

    def __init__(self, current: Details, wanted: Details, names: Sequence[str]) -> None:
        self.current = current
        theirs = ", ".join(_words(name, getattr(current, name)) for name in names)
        yours = ", ".join(_words(name, getattr(wanted, name)) for name in names)
        super().__init__(
            f"Somebody changed this video meanwhile. Now it has {theirs}; you wrote {yours}.",
            code="stale_revision",
        )


def change_details(
    *, asset: Asset, details: Details, actor: Actor, seen: Mapping[str, str] | None = None
) -> None:
    """Writes what differs from what is there.

    `seen`: the details as the person read them. What they left as it was stays whatever it is now,
    and what somebody else changed meanwhile, and they too, raises StaleDetailsError. Raises
    ValidationError by field for what cannot be a title, project, tag or reference.
    """
    wanted = _clean(details)
    with team_atomic():
        locked = lock_asset(asset.pk)
        current = Details.of(locked)
        if seen is not None:
            wanted = _merged(current, wanted, seen)
        changed = _differing(asdict(current), wanted)
        if not changed:
            return
        project = project_named(locked.team, wanted.project)
        locked.title, locked.project, locked.reference = wanted.title, project, wanted.reference
        locked.tags = clean_tags(wanted.tags)
        locked.save(update_fields=[*changed, "updated_at"])
        record_change(asset=locked, note=f"Changed: {', '.join(changed)}", actor=actor)
        touch_asset(locked)


def relabel_assets(
    *, assets: Sequence[Asset], notes: Mapping[uuid.UUID, str], actor: Actor
) -> None:
    """Writes the project and tags that the caller has set on locked rows, in its transaction.

    What change_details does for one, in a handful of statements. `notes`: what history says, by
    the asset's id.
    """
    if not assets:
        return
    Asset.objects.bulk_update(assets, ["project", "tags"])
    StatusChange.objects.bulk_create(
        [change_of(asset=asset, note=notes[asset.pk], actor=actor) for asset in assets]
    )
    touch_assets(assets)


def project_named(team: Team, name: str) -> Project | None:
    """The team's project of that name, made where there is none; None for a blank name."""
    if not name:
        return None
    project: Project
    project, _ = Project.objects.get_or_create(team=team, name=name)
    return project


def _clean(details: Details) -> Details:
    title, project = details.title.strip(), details.project.strip()
    reference = details.reference.strip()
    faults: dict[str, ValidationError] = {}
    tags: list[str] = []
    try:
        tags = clean_tags(details.tags)
    except ValidationError as error:
        faults["tags"] = error
    checks = [("title", title, validate_title), ("reference", reference, validate_reference)]
    if project:
        checks.append(("project", project, validate_title))
    for name, value, validate in checks:
        try:
            validate(value)
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise ValidationError({name: error.error_list for name, error in faults.items()})
    return Details(title, project, _one_line(tags), reference)


def _merged(current: Details, wanted: Details, seen: Mapping[str, str]) -> Details:
    """What the person changed, over what others did."""
    mine, theirs = _differing(seen, wanted), _differing(seen, current)
    apart = _differing(asdict(current), wanted)
    clashing = [name for name in apart if name in mine and name in theirs]
    if clashing:
        raise StaleDetailsError(current, wanted, clashing)
    return replace(current, **{name: getattr(wanted, name) for name in mine})


def _differing(before: Mapping[str, str], after: Details) -> list[str]:
    return [name for name, value in asdict(after).items() if before.get(name) != value]


def _one_line(tags: Sequence[str]) -> str:
    return ", ".join(tags)


def _words(name: str, value: str) -> str:
    """“reference “ep-12””, “no tags”."""
    return f"{name} “{value}”" if value else f"no {name}"
