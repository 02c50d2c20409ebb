"""Notes with what was answered to them, in the order of the film."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import Membership
from accounts.roles import Can
from dubbing.models import Dubbing, Note
from dubbing.services.actors import Actor
from dubbing.services.notes import is_author


@dataclass(frozen=True)
class Remark:
    note: Note
    is_mine: bool

    @property
    def author(self) -> str:
        if self.note.author is not None:
            return str(self.note.author)
        key = self.note.author_key
        return f"API key {key.name}" if key else "somebody who has left"


@dataclass(frozen=True)
class Thread:
    first: Remark
    replies: list[Remark]

    @property
    def note(self) -> Note:
        return self.first.note

    @property
    def is_resolved(self) -> bool:
        return self.note.resolved_at is not None

    @property
    def may_delete(self) -> bool:
        return self.first.is_mine and all(reply.is_mine for reply in self.replies)


@dataclass(frozen=True)
class NotesScreen:
    """Of one dub, whichever version they were written about."""

    dubbing: Dubbing
    membership: Membership
    threads: list[Thread]

    @property
    def may_write(self) -> bool:
        return self.membership.can(Can.REVIEW)

    @cached_property
    def open(self) -> list[Thread]:
        return [thread for thread in self.threads if not thread.is_resolved]

    @cached_property
    def resolved(self) -> list[Thread]:
        return [thread for thread in self.threads if thread.is_resolved]


def notes_of(dubbing: Dubbing, membership: Membership) -> NotesScreen:
    threads = threads_of(Note.objects.filter(dubbing=dubbing), membership)
    return NotesScreen(dubbing, membership, threads.get(dubbing.pk, []))


def threads_of(notes: Any, membership: Membership) -> dict[Any, list[Thread]]:
    """Dubbing's id → its notes, those about all of it first."""
    rows: Iterable[Note] = notes.select_related(
        "author", "author_key", "resolved_by", "version"
    ).order_by("at_seconds", "pk")
    actor = Actor(user=membership.user)
    replies: dict[Any, list[Remark]] = defaultdict(list)
    firsts: list[Remark] = []
    for note in rows:
        remark = Remark(note, is_author(note, actor))
        if note.reply_to_id is None:
            firsts.append(remark)
        else:
            replies[note.reply_to_id].append(remark)
    found: dict[Any, list[Thread]] = defaultdict(list)
    for first in sorted(firsts, key=_moment):
        answers = sorted(replies[first.note.pk], key=lambda remark: remark.note.pk)
        found[first.note.dubbing_id].append(Thread(first, answers))
    return found


def _moment(remark: Remark) -> tuple[Any, Any]:
    note = remark.note
    return (-1 if note.at_seconds is None else note.at_seconds, note.pk)
