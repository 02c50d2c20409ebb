"""One thing asked for many videos or dubs at once, and what became of each."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class BulkVerb(TextChoices):
    ASSIGN = "assign", "Assign"
    DUE = "due", "Set the due date"
    PRIORITY = "priority", "Set the priority"
    ADD_TAGS = "add-tags", "Add tags"
    REMOVE_TAGS = "remove-tags", "Remove tags"
    PROJECT = "project", "Set the project"
    HIDE = "hide", "Hide"
    GENERATE = "generate", "Generate"
    RETRY = "retry", "Retry"
    ADD_LANGUAGES = "add-languages", "Add languages"


# The rows of these are videos; those of the others are dubs.
VIDEO_VERBS = frozenset(
    {
        BulkVerb.ADD_TAGS,
        BulkVerb.REMOVE_TAGS,
        BulkVerb.PROJECT,
        BulkVerb.HIDE,
        BulkVerb.ADD_LANGUAGES,
    }
)
# These become commands to Panjaya; the others change only what this desk keeps.
SENDING_VERBS = frozenset({BulkVerb.GENERATE, BulkVerb.RETRY, BulkVerb.ADD_LANGUAGES})
PAID_VERBS = SENDING_VERBS
# Who asks for one of these says more than the verb.
VERBS_WITH_VALUES = frozenset(BulkVerb) - {BulkVerb.HIDE, BulkVerb.GENERATE, BulkVerb.RETRY}


class BulkState(TextChoices):
    """It moves only downwards; nothing is changed before somebody says yes to PREPARED."""

    PREPARED = "prepared", "Not begun"
    WORKING = "working", "Being carried out"
    DONE = "done", "Carried out"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


WORKING_BULK = frozenset({BulkState.WORKING, BulkState.UNDOING})


BULK_BADGES: dict[BulkState, Badge] = {
    BulkState.PREPARED: Badge(
        "Not begun", Group.PERSON, "eye", "Nothing changes until you say so."
    ),
    BulkState.WORKING: Badge(
        "Being carried out", Group.MOVING, "loader", "Row by row; what is done stays done."
    ),
    BulkState.DONE: Badge("Carried out", Group.DONE, "checks", "Each row has its result."),
    BulkState.UNDOING: Badge(
        "Being undone", Group.MOVING, "loader", "What nobody changed since is put back."
    ),
    BulkState.UNDONE: Badge("Undone", Group.SLOW, "arrow-back-up", "Each row has its result."),
}


class BulkOutcome(TextChoices):
    WAITING = "waiting", "Waits for its turn"
    DONE = "done", "Done"
    SAME = "same", "Was so already"
    REFUSED = "refused", "Not possible"
    STALE = "stale", "Changed meanwhile"
    UNDONE = "undone", "Undone"
    KEPT = "kept", "Not undone"


BULK_OUTCOME_BADGES: dict[BulkOutcome, Badge] = {
    BulkOutcome.WAITING: Badge("Waits", Group.MOVING, "clock", "Its turn comes by itself."),
    BulkOutcome.DONE: Badge("Done", Group.DONE, "checks", "It is as you asked."),
    BulkOutcome.SAME: Badge("Already so", Group.DONE, "equal", "Nothing was to be done."),
    BulkOutcome.REFUSED: Badge("Not possible", Group.BROKEN, "ban", "The reason stands beside it."),
    BulkOutcome.STALE: Badge(
        "Changed meanwhile", Group.ASKED, "refresh", "Nothing was done: look at it and choose anew."
    ),
    BulkOutcome.UNDONE: Badge("Undone", Group.SLOW, "arrow-back-up", "It is as it was before."),
    BulkOutcome.KEPT: Badge(
        "Not undone", Group.ASKED, "lock", "It stays as it is; the reason stands beside it."
    ),
}
# A command that was taken is not yet what it asks for.
BULK_SENT_BADGE = Badge("Asked for", Group.DONE, "send", "It goes its way to Panjaya.")


def bulk_outcome_badge(verb: BulkVerb, outcome: BulkOutcome) -> Badge:
    is_sent = verb in SENDING_VERBS and outcome == BulkOutcome.DONE
    return BULK_SENT_BADGE if is_sent else BULK_OUTCOME_BADGES[outcome]
