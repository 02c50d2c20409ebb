"""What people say of a dub's current version: in review, approved, revision asked.

A verdict stands until the dub is opened for editing again or has a newer version (`mirror.py`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset, Dubbing, Note, Version
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.history import record_change
from dubbing.services.notes import film_length
from dubbing.services.stages import begin_review_anew, restage_dubbing
from dubbing.states import REVIEW_BADGES, REVIEW_MOVES, REVIEWABLE_STAGES, ReviewState, Stage
from dubbing.validators import clean_moment, clean_note

ALREADY = {
    ReviewState.NOT_STARTED: "There is no verdict to take back.",
    ReviewState.IN_REVIEW: "The review has begun already.",
    ReviewState.APPROVED: "It is approved already.",
    ReviewState.REVISION_ASKED: "A revision is asked for already. Write a note for more.",
}


def why_not_review(dubbing: Dubbing, wanted: ReviewState) -> str:
    """Empty when a person may bring it to `wanted`, else the reason in words."""
    stage, present = Stage(dubbing.stage), ReviewState(dubbing.review)
    if present == wanted:
        return ALREADY[wanted]
    if stage not in REVIEWABLE_STAGES:
        return "There is nothing to judge yet: Panjaya is at work, or it failed."
    if wanted not in REVIEW_MOVES[present]:
        return f"It is “{REVIEW_BADGES[present].label.lower()}”: take that back first."
    return ""


def start_review(*, dubbing: Dubbing, actor: Actor, version: Version | None = None) -> Dubbing:
    """All of these raise ValidationError (codes `not_reviewable`, `not_current`).

    `version`: the one that was looked at; a verdict on another than the current one is refused.
    """
    return _move(dubbing, ReviewState.IN_REVIEW, actor, version)


def approve(*, dubbing: Dubbing, actor: Actor, version: Version | None = None) -> Dubbing:
    return _move(dubbing, ReviewState.APPROVED, actor, version)


def reset_review(*, dubbing: Dubbing, actor: Actor, version: Version | None = None) -> Dubbing:
    """Takes a verdict back, or a review that was begun."""
    return _move(dubbing, ReviewState.NOT_STARTED, actor, version)


def ask_revision(
    *,
    dubbing: Dubbing,
    actor: Actor,
    reason: str,
    at_seconds: str | float | int | Decimal | None = None,
    version: Version | None = None,
) -> Dubbing:
    """The reason also stands among the notes, at its moment of the film where one is given.

    Raises ValidationError by field for a reason or time that cannot be used.
    """
    faults: dict[str, list[ValidationError]] = {}
    text, moment = "", None
    try:
        text = clean_note(reason, noun="reason")
    except ValidationError as error:
        faults["reason"] = error.error_list
    try:
        moment = clean_moment(at_seconds, length=film_length(dubbing))
    except ValidationError as error:
        faults["at_seconds"] = error.error_list
    if faults:
        raise ValidationError(faults)
    with team_atomic():
        moved = _move(dubbing, ReviewState.REVISION_ASKED, actor, version, reason=text)
        Note.objects.create(
            team_id=moved.team_id,
            asset_id=moved.asset_id,
            dubbing=moved,
            version_id=moved.current_id,
            at_seconds=moment,
            text=text,
            author=actor.user,
            author_key=actor.key,
        )
    return moved


def _move(
    dubbing: Dubbing,
    wanted: ReviewState,
    actor: Actor,
    version: Version | None,
    reason: str = "",
) -> Dubbing:
    with team_atomic():
        asset = lock_asset(dubbing.asset_id)
        row: Dubbing = Dubbing.objects.select_related("locale", "current").get(pk=dubbing.pk)
        _check(row, wanted, version)
        before = row.review
        values: dict[str, Any] = {
            "review": wanted,
            "reviewed_by": actor.user if wanted != ReviewState.NOT_STARTED else None,
            "reviewed_at": timezone.now() if wanted != ReviewState.NOT_STARTED else None,
            "review_reason": reason,
            "work_revision": row.work_revision + 1,
        }
        for name, value in values.items():
            setattr(row, name, value)
        restage_dubbing(asset, row, also=tuple(values))
        record_change(
            asset=asset,
            dubbing=row,
            version=row.current,
            before=before,
            after=wanted,
            note=reason,
            actor=actor,
        )
        touch_asset(asset)
    return row


def _check(dubbing: Dubbing, wanted: ReviewState, version: Version | None) -> None:
    if version is not None and dubbing.current_id != version.pk:
        number = dubbing.current.number if dubbing.current else "no version"
        raise ValidationError(
            f"You looked at version {version.number}; the current one is {number}. "
            "Look at that one first.",
            code="not_current",
        )
    if why_not := why_not_review(dubbing, wanted):
        raise ValidationError(why_not, code="not_reviewable")


def pin_version(*, version: Version, actor: Actor) -> Dubbing:
    """Makes it the dub's current version, whatever comes after it. Repeating changes nothing."""
    with team_atomic():
        asset = lock_asset(version.asset_id)
        row: Dubbing = Dubbing.objects.select_related("locale").get(pk=version.dubbing_id)
        if row.is_pinned and row.current_id == version.pk:
            return row
        if row.current_id != version.pk:
            begin_review_anew(row)
        row.is_pinned, row.current = True, version
        note = f"Version {version.number} stays the current one"
        _settle_pin(asset, row, version, note, actor)
    return row


def unpin_version(*, dubbing: Dubbing, actor: Actor) -> Dubbing:
    """From now on the newest version is the current one again."""
    with team_atomic():
        asset = lock_asset(dubbing.asset_id)
        row: Dubbing = Dubbing.objects.select_related("locale").get(pk=dubbing.pk)
        if not row.is_pinned:
            return row
        row.is_pinned = False
        _settle_pin(asset, row, None, "The newest version is the current one again", actor)
    return row


def _settle_pin(
    asset: Asset, dubbing: Dubbing, version: Version | None, note: str, actor: Actor
) -> None:
    restage_dubbing(asset, dubbing, also=("is_pinned",))
    record_change(asset=asset, dubbing=dubbing, version=version, note=note, actor=actor)
    touch_asset(asset)
