"""What one group of the page “Needs attention” says, wherever it is said: page, mail or API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.roles import Can
from dubbing.states import BulkVerb, Group

COUNTED = 1000


class Asker(Protocol):
    """For whom: what others have to do is left out. A key of the API is nobody in person."""

    def can(self, action: Can) -> bool: ...


@dataclass(frozen=True)
class Viewer:
    """`user`: None for a machine."""

    asker: Asker
    user: User | None

    def can(self, action: Can) -> bool:
        return self.asker.can(action)


@dataclass(frozen=True)
class Button:
    """The one thing to do: a link, or with `is_post` something pressed, with its fields."""

    label: str
    url: str
    icon: str = "arrow-right"
    is_post: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Concern:
    """`count` is at most COUNTED + 1, which stands for “more than COUNTED”.

    `query`: the filter that finds just these dubs, on the matrix, the list and in the API; empty
    where it is not about dubs.
    """

    key: str
    group: Group
    icon: str
    sentence: str
    button: Button | None
    count: int = 1
    oldest: datetime | None = None
    advice: str = ""
    query: str = ""

    @property
    def anchor(self) -> str:
        """Of its place on the page, for links from mails."""
        return slugify(self.key.replace(":", "-"))

    @property
    def counted(self) -> str:
        return count_words(self.count)

    @property
    def is_many(self) -> bool:
        return self.count > COUNTED

    @property
    def list_url(self) -> str:
        return list_address(self.query) if self.query else ""

    @property
    def matrix_url(self) -> str:
        return f"{reverse('dubbing:home')}?{self.query}" if self.query else ""


def count_words(count: int) -> str:
    """“17”, or “1,000+”."""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


def things(count: int, noun: str) -> str:
    """“1 dub”, “17 dubs”, “1,000+ dubs”."""
    return f"{count_words(count)} {noun}{'' if count == 1 else 's'}"


def bulk_button(label: str, verb: BulkVerb, query: str, icon: str) -> Button:
    """Asks for `verb` on all that the filter shows: the next page says what that means."""
    fields = [("verb", verb.value), ("all", "1"), ("next", reverse("dubbing:attention"))]
    url = reverse("dubbing:bulk-new")
    return Button(label, url, icon, is_post=True, fields=(*fields, *parse_qsl(query)))


def filter_words(**words: str | list[str]) -> str:
    """As an address has it."""
    return urlencode(words, doseq=True)


def list_address(query: str) -> str:
    return f"{reverse('dubbing:dubbing-list')}?{query}"
