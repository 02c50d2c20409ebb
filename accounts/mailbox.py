"""Mail that Django's file backend wrote: for reading on one's own machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SEPARATOR = re.compile(rb"^-{79}\n", re.MULTILINE)
LIMIT = 100


@dataclass(frozen=True)
class StoredMail:
    """`name` is the file's, with the mail's number in it."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str


def newest_mails(folder: Path, limit: int = LIMIT) -> list[StoredMail]:
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    mails = [mail for file in files[:limit] for mail in reversed(list(_mails_in(file)))]
    return mails[:limit]


def find_mail(folder: Path, name: str) -> StoredMail | None:
    """Looked up in the list, so that no name reaches the file system."""
    return next((mail for mail in newest_mails(folder) if mail.name == name), None)


def _mails_in(file: Path) -> Iterator[StoredMail]:
    parts = [part for part in SEPARATOR.split(file.read_bytes()) if part.strip()]
    sent_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    for number, part in enumerate(parts):
        message = message_from_bytes(part, policy=policy.default)
        yield StoredMail(
            name=f"{file.stem}-{number}",
            sent_at=sent_at,
            to=str(message["To"] or ""),
            subject=str(message["Subject"] or "(no subject)"),
            text=_text_of(message),
        )


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()).strip() if body is not None else ""
