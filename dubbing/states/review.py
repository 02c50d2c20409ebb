"""What people say of a dub, and the one table that merges it with what the engine says."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices

from dubbing.states.engine import Stage
from dubbing.states.groups import Badge, Group


class ReviewState(TextChoices):
    """How far people are with a dub's current version."""

    NOT_STARTED = "not_started", "Not started"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    REVISION_ASKED = "revision_asked", "Revision asked"


class Priority(IntegerChoices):
    """Higher comes first."""

    LOW = 1, "Low"
    NORMAL = 2, "Normal"
    HIGH = 3, "High"
    URGENT = 4, "Urgent"


REVIEW_BADGES: dict[ReviewState, Badge] = {
    ReviewState.NOT_STARTED: Badge(
        "Not started", Group.DONE, "circle-dashed", "Nobody has begun to review it."
    ),
    ReviewState.IN_REVIEW: Badge("In review", Group.PERSON, "eye", "Somebody looks at it."),
    ReviewState.APPROVED: Badge("Approved", Group.GO, "check", "A person found it good."),
    ReviewState.REVISION_ASKED: Badge(
        "Revision asked", Group.ASKED, "message-2", "The reason stands beside it."
    ),
}

# From where to where a person may bring it; an asked revision begins anew once it was mended.
REVIEW_MOVES: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.NOT_STARTED: frozenset(
        {ReviewState.IN_REVIEW, ReviewState.APPROVED, ReviewState.REVISION_ASKED}
    ),
    ReviewState.IN_REVIEW: frozenset(
        {ReviewState.APPROVED, ReviewState.REVISION_ASKED, ReviewState.NOT_STARTED}
    ),
    ReviewState.APPROVED: frozenset({ReviewState.REVISION_ASKED, ReviewState.NOT_STARTED}),
    ReviewState.REVISION_ASKED: frozenset(
        {ReviewState.IN_REVIEW, ReviewState.APPROVED, ReviewState.NOT_STARTED}
    ),
}

# While the engine works, or has failed, what people said of the draft changes nothing.
_WHATEVER_PEOPLE_SAY = (
    *(Stage.SENDING, Stage.NOT_SENT, Stage.UNCONFIRMED, Stage.PREPARING),
    *(Stage.GENERATING, Stage.FAILED, Stage.UNKNOWN),
)

# Every pair of the engine's stage and the review's state.
MERGED_STAGES: dict[tuple[Stage, ReviewState], Stage] = {
    (Stage.READY, ReviewState.NOT_STARTED): Stage.READY,
    (Stage.READY, ReviewState.IN_REVIEW): Stage.IN_REVIEW,
    (Stage.READY, ReviewState.APPROVED): Stage.APPROVED,
    (Stage.READY, ReviewState.REVISION_ASKED): Stage.REVISION_ASKED,
    (Stage.FINISHED, ReviewState.NOT_STARTED): Stage.FINISHED,
    (Stage.FINISHED, ReviewState.IN_REVIEW): Stage.IN_REVIEW,
    (Stage.FINISHED, ReviewState.APPROVED): Stage.FINISHED,
    (Stage.FINISHED, ReviewState.REVISION_ASKED): Stage.REVISION_ASKED,
} | {(stage, review): stage for stage in _WHATEVER_PEOPLE_SAY for review in ReviewState}


def merged_stages(stage: Stage) -> dict[str, str]:
    """Of one engine's stage: review state → stage shown. For SQL, which gets it as JSON."""
    return {review.value: MERGED_STAGES[stage, review].value for review in ReviewState}


# From here people may give a verdict: there is something to look at.
REVIEWABLE_STAGES = frozenset(
    {Stage.READY, Stage.IN_REVIEW, Stage.APPROVED, Stage.REVISION_ASKED, Stage.FINISHED}
)
# A draft that lies open in the studio.
DRAFT_STAGES = REVIEWABLE_STAGES - {Stage.FINISHED}
