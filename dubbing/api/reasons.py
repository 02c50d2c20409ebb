"""Why something did not work, in the API's words: a code, the reason, what to do about it."""

from __future__ import annotations

from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.services.stages import PENDING_FROM
from dubbing.states import (
    OPEN_MESSAGES,
    AssetStatus,
    DubbingStatus,
    FailureCode,
    Kind,
    MessageState,
    VersionStatus,
    failure_words,
)

Reason = dict[str, str]

# Ours beside the engine's causes of failure: a command that did not get through.
SENDING_ADVICE = {
    DubbingStatus.NOT_SENT: "Mend what the reason names, then send it again from its page.",
    DubbingStatus.UNCONFIRMED: "Look whether Panjaya has it, then decide on its page. It is not "
    "sent again by itself: that could be paid twice.",
}
REASON_CODES: dict[str, str] = {
    **{code.value: str(code.label) for code in FailureCode},
    **{status.value: str(status.label) for status in SENDING_ADVICE},
}


def asset_reason(asset: Asset) -> Reason | None:
    if asset.status == AssetStatus.FAILED:
        return _failure(asset.error_code, asset.error_message)
    return _not_through(asset.status, asset.error_message)


def dubbing_reason(dubbing: Dubbing) -> Reason | None:
    """Its own sending's, or its newest version's, or the asset's."""
    if reason := _not_through(dubbing.status, dubbing.error_message):
        return reason
    newest = max(dubbing.versions.all(), key=lambda version: version.number, default=None)
    if newest is None or newest.status == VersionStatus.NOT_READY:
        return asset_reason(dubbing.asset)
    return version_reason(newest)


def version_reason(version: Version) -> Reason | None:
    """Why it failed, or why its last command did not get through."""
    if version.status == VersionStatus.FAILED:
        return _failure(version.error_code, version.error_message)
    message = newest_message(version)
    if message is None or version.status not in PENDING_FROM.get(Kind(message.kind), ()):
        return None
    status = {
        MessageState.REFUSED: DubbingStatus.NOT_SENT,
        MessageState.UNCONFIRMED: DubbingStatus.UNCONFIRMED,
    }.get(MessageState(message.state))
    return _not_through(status, message.error_message) if status else None


def newest_message(version: Version) -> OutboxMessage | None:
    """From prefetched rows where there are some."""
    newest: OutboxMessage | None = max(
        version.messages.all(), key=lambda message: message.created_at, default=None
    )
    return newest


def is_being_sent(version: Version) -> bool:
    return any(message.state in OPEN_MESSAGES for message in version.messages.all())


def _failure(code: str, message: str) -> Reason:
    known = FailureCode(code) if code in FailureCode.values else FailureCode.UNKNOWN
    reason, advice = failure_words(code)
    return {"code": known.value, "message": message or reason, "advice": advice}


def _not_through(status: str, message: str) -> Reason | None:
    if status not in SENDING_ADVICE:
        return None
    word = DubbingStatus(status)
    return {
        "code": word.value,
        "message": message or str(word.label),
        "advice": SENDING_ADVICE[word],
    }
