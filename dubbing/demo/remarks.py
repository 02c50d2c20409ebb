"""Notes with a moment of the film, replies to them, and what was settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from dubbing.demo.catalogue import NOTES, REPLIES
from dubbing.demo.studio import Studio
from dubbing.models import Dubbing, Note, Version
from dubbing.states import ReviewState, Stage

# Within the short piece that stands for the film.
LAST_MOMENT = 13.0
SHORTLY = (timedelta(minutes=2), timedelta(minutes=90))


def remark(studio: Studio, dubbing: Dubbing, version: Version) -> None:
    """The reason of a revision first; where the dub is finished, everything is settled."""
    chances = studio.chances
    author = dubbing.reviewed_by or studio.reviewer_of(dubbing.locale_id)
    texts = chances.sample(NOTES, chances.randint(1, 3))
    if dubbing.review == ReviewState.REVISION_ASKED:
        texts[0] = dubbing.review_reason
    for text in texts:
        note = _note(studio, dubbing, version, text, author)
        note.at_seconds = Decimal(f"{chances.uniform(0.4, LAST_MOMENT):.3f}")
        if chances.happens(0.4) and dubbing.owner:
            answer = chances.choice(REPLIES)
            _note(studio, dubbing, version, answer, dubbing.owner, to=note)
        if dubbing.stage == Stage.FINISHED:
            note.resolved_at = max(note.created_at, dubbing.stage_since)
            note.resolved_by = dubbing.owner


def _note(
    studio: Studio,
    dubbing: Dubbing,
    version: Version,
    text: str,
    author: User | None,
    to: Note | None = None,
) -> Note:
    begin = to.created_at if to else dubbing.reviewed_at or dubbing.stage_since
    moment = min(begin + studio.chances.between(*SHORTLY), studio.now)
    note = Note(
        id=studio.chances.id_at(moment),
        team=studio.team,
        asset=dubbing.asset,
        dubbing=dubbing,
        version=version,
        reply_to=to,
        text=text,
        author=author,
        created_at=moment,
    )
    studio.rows.notes.append(note)
    return note
