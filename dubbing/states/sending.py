"""Commands on their way to Panjaya. Ours: they move only along the tables here."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class Kind(TextChoices):
    """What an outbox message asks Panjaya for."""

    CREATE = "create", "Send the video"
    ADD_LANGUAGES = "add_languages", "Add languages"
    GENERATE = "generate", "Generate the film"
    REVISE = "revise", "Reopen for editing"


# A revise that arrives twice changes nothing more; each of the others may be paid for.
PAID_KINDS = frozenset({Kind.CREATE, Kind.ADD_LANGUAGES, Kind.GENERATE})


class MessageState(TextChoices):
    WAITING = "waiting", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    DONE = "done", "Arrived"
    REFUSED = "refused", "Refused"
    UNCONFIRMED = "unconfirmed", "Unknown outcome"
    CANCELLED = "cancelled", "Taken back"


OPEN_MESSAGES = frozenset({MessageState.WAITING, MessageState.SENDING, MessageState.UNCONFIRMED})


RETRYABLE_MESSAGES = frozenset(
    {MessageState.REFUSED, MessageState.UNCONFIRMED, MessageState.CANCELLED}
)


MESSAGE_BADGES: dict[MessageState, Badge] = {
    MessageState.WAITING: Badge("Waiting", Group.MOVING, "clock", "It goes out by itself."),
    MessageState.SENDING: Badge(
        "Being sent", Group.MOVING, "send", "It is on its way to Panjaya just now."
    ),
    MessageState.DONE: Badge("Arrived", Group.DONE, "checks", "Panjaya has it."),
    MessageState.REFUSED: Badge("Refused", Group.BROKEN, "ban", "Panjaya did not take it."),
    MessageState.UNCONFIRMED: Badge(
        "Unknown outcome", Group.ASKED, "help-circle",
        "It was sent, but no answer came back. A person decides.",
    ),
    MessageState.CANCELLED: Badge(
        "Taken back", Group.SLOW, "arrow-back-up", "It was not sent."
    ),
}  # fmt: skip


class Cause(TextChoices):
    """Who or what brought a change about."""

    PERSON = "person", "A person"
    API = "api", "An API key"
    SENT = "sent", "Panjaya’s answer"
    CALLBACK = "callback", "Panjaya’s callback"
    SNAPSHOT = "snapshot", "A look at Panjaya"
    DESK = "desk", "The desk"
