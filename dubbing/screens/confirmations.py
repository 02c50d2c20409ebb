"""What a person is told before something that cannot be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from config.sizes import size_words
from dubbing.models import OutboxMessage
from dubbing.screens.version import VersionScreen
from dubbing.states import PAID_KINDS, Kind, MessageState, VersionStatus


@dataclass(frozen=True)
class Confirmation:
    title: str
    text: str
    facts: list[str]
    kind: str
    cancel_url: str


def confirm_revise(screen: VersionScreen) -> Confirmation:
    film = screen.film
    facts = []
    if screen.version.status == VersionStatus.COMPLETED:
        facts.append("Panjaya deletes its film for good; the link to it ends.")
    if film is not None and film.stored_at is not None:
        facts.append(
            f"Our copy is safe: {size_words(film.size or 0)}, checked on "
            f"{film.stored_at:%d %b %Y at %H:%M} UTC, SHA-256 {film.sha256}."
        )
    facts.append("The dub is open for editing again; making the next film may be paid anew.")
    return Confirmation(
        title="Open it for editing again?",
        text=f"{screen.dubbing.locale.name} of “{screen.asset.title}”.",
        facts=facts,
        kind="primary",
        cancel_url=reverse("dubbing:version-detail", args=[screen.version.pk]),
    )


def confirm_retry(message: OutboxMessage) -> Confirmation:
    unknown = message.state == MessageState.UNCONFIRMED
    kind = Kind(message.kind)
    facts = [f"Panjaya’s answer was: “{message.error_message}”"] if message.error_message else []
    if unknown and kind in PAID_KINDS:
        facts.append("If it did arrive, Panjaya does the work twice and it is paid twice.")
        facts.append("Look for it at Panjaya first.")
    page, row = (
        ("dubbing:version-detail", message.version_id)
        if message.version_id
        else ("dubbing:asset-detail", message.asset_id)
    )
    return Confirmation(
        title="Send it although nobody knows?" if unknown else f"{kind.label} once more?",
        text=f"{kind.label}: “{message.asset.title}”.",
        facts=facts,
        kind="danger" if unknown else "primary",
        cancel_url=reverse(page, args=[row]),
    )
