"""Notes on a dub: written, answered, resolved, changed and taken away by who wrote them."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset, Dubbing, Film, Note, Version
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import touch_asset
from dubbing.validators import clean_moment, clean_note

Moment = str | float | int | Decimal | None


def film_length(dubbing: Dubbing) -> Decimal | None:
    """Seconds, as long as anybody knows: of our copy, else of the part of the video it dubs."""
    films = Film.objects.stored().filter(version__dubbing=dubbing).order_by("-stored_at")
    lengths = [length for length in films.values_list("duration_seconds", flat=True) if length]
    asset: Asset = dubbing.asset
    end = asset.end_time if asset.end_time is not None else asset.duration_seconds
    if end is not None:
        lengths.append(end - (asset.start_time or 0))
    return max(lengths, default=None)


def add_note(
    *,
    dubbing: Dubbing,
    text: str,
    actor: Actor,
    at_seconds: Moment = None,
    version: Version | None = None,
) -> Note:
    """Of the current version unless another is named. Raises ValidationError by field."""
    faults: dict[str, list[ValidationError]] = {}
    cleaned, moment = "", None
    try:
        cleaned = clean_note(text)
    except ValidationError as error:
        faults["text"] = error.error_list
    try:
        moment = clean_moment(at_seconds, length=film_length(dubbing))
    except ValidationError as error:
        faults["at_seconds"] = error.error_list
    if faults:
        raise ValidationError(faults)
    return _write(dubbing, version.pk if version else dubbing.current_id, cleaned, moment, actor)


def reply_to_note(*, note: Note, text: str, actor: Actor) -> Note:
    """Replies stand beneath the first note, also a reply to a reply."""
    cleaned = _clean_text(text)
    first: Note = note if note.reply_to_id is None else Note.objects.get(pk=note.reply_to_id)
    return _write(first.dubbing, first.version_id, cleaned, None, actor, reply_to=first)


def _clean_text(text: str) -> str:
    try:
        return clean_note(text)
    except ValidationError as error:
        raise ValidationError({"text": error.error_list}) from None


def _write(
    dubbing: Dubbing,
    version_id: object,
    text: str,
    moment: Decimal | None,
    actor: Actor,
    reply_to: Note | None = None,
) -> Note:
    with team_atomic():
        note: Note = Note.objects.create(
            team_id=dubbing.team_id,
            asset_id=dubbing.asset_id,
            dubbing=dubbing,
            version_id=version_id,
            reply_to=reply_to,
            at_seconds=moment,
            text=text,
            author=actor.user,
            author_key=actor.key,
        )
        touch_asset(dubbing.asset)
    return note


def resolve_note(*, note: Note, actor: Actor) -> bool:
    """With what was answered to it; whether it was open."""
    return _set_resolved(note, actor, resolved=True)


def reopen_note(*, note: Note, actor: Actor) -> bool:
    return _set_resolved(note, actor, resolved=False)


def _set_resolved(note: Note, actor: Actor, *, resolved: bool) -> bool:
    if note.reply_to_id is not None:
        raise ValidationError("A reply is settled with its note.", code="is_reply")
    with team_atomic():
        rows = Note.objects.filter(pk=note.pk, resolved_at__isnull=resolved)
        moved = bool(
            rows.update(
                resolved_at=timezone.now() if resolved else None,
                resolved_by=actor.user if resolved else None,
            )
        )
        if moved:
            touch_asset(note.asset)
    return moved


def is_author(note: Note, actor: Actor) -> bool:
    if actor.key is not None:
        return bool(note.author_key_id == actor.key.pk)
    return actor.user is not None and bool(note.author_id == actor.user.pk)


def edit_note(*, note: Note, text: str, actor: Actor) -> None:
    """Raises ValidationError (code `not_author`: one's own only)."""
    _check_author(note, actor)
    cleaned = _clean_text(text)
    if cleaned == note.text:
        return
    with team_atomic():
        Note.objects.filter(pk=note.pk).update(text=cleaned, edited_at=timezone.now())
        touch_asset(note.asset)


def delete_note(*, note: Note, actor: Actor) -> None:
    """Raises ValidationError (codes `not_author`, `note_answered`: what others wrote stays)."""
    _check_author(note, actor)
    with team_atomic():
        row: Note | None = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
        if row is None:
            return
        if not all(is_author(reply, actor) for reply in row.replies.all()):
            raise ValidationError(
                "Somebody has answered it: resolve it instead.", code="note_answered"
            )
        row.delete()
        touch_asset(note.asset)


def _check_author(note: Note, actor: Actor) -> None:
    if not is_author(note, actor):
        raise ValidationError("Only who wrote a note changes it.", code="not_author")
