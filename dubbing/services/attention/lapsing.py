"""Links to videos that end before Panjaya has fetched them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from dubbing.links.lapsing import ends_at
from dubbing.models import BatchItem, OutboxMessage
from dubbing.services.attention.concerns import Button, Concern, things
from dubbing.states import BatchState, Group, Kind, MessageState

LAPSES_WITHIN = timedelta(hours=48)
# Of each kind, the newest are looked at: an address is read in a hundredth of a millisecond.
LOOKED_AT = 2000


@dataclass(frozen=True)
class _Link:
    ends: datetime
    title: str
    url: str


def lapsing_concerns(now: datetime) -> Iterable[Concern]:
    soon = now + LAPSES_WITHIN
    links = [link for link in (*_of_batches(), *_of_commands()) if link.ends < soon]
    if links:
        first = min(links, key=lambda link: link.ends)
        yield Concern(
            key="links_lapsing",
            group=Group.BROKEN if first.ends < now else Group.SLOW,
            icon="link-off",
            sentence=_sentence(links, first, now),
            advice="Send it before that, or give a link that lasts longer.",
            count=len(links),
            button=Button("Open it" if len(links) == 1 else "Open the first", first.url),
        )


def _sentence(links: list[_Link], first: _Link, now: datetime) -> str:
    ended = sum(link.ends < now for link in links)
    if len(links) == 1:
        at = f"{timezone.localtime(first.ends):%-d %B, %H:%M}"
        verb = "ended" if ended else "ends"
        return f"The link to “{first.title}” {verb} on {at}, and it is not sent yet."
    if ended:
        return f"{things(ended, 'link')} ended before {_whose(ended)} sent."
    return f"{things(len(links), 'link')} to videos that are not sent yet end within two days."


def _whose(count: int) -> str:
    return "its video was" if count == 1 else "their videos were"


def _of_batches() -> Iterator[_Link]:
    unsent = BatchItem.objects.unsent().filter(media_url__contains="?")
    rows = unsent.filter(batch__state=BatchState.OPEN).order_by("-pk")
    for pk, title, address in rows.values_list("batch_id", "title", "media_url")[:LOOKED_AT]:
        if ends := ends_at(address):
            yield _Link(ends, title or "Untitled", reverse("dubbing:batch-detail", args=[pk]))


def _of_commands() -> Iterator[_Link]:
    waiting = OutboxMessage.objects.filter(state=MessageState.WAITING, kind=Kind.CREATE)
    rows = waiting.filter(asset__media_url__contains="?").order_by("due_at")
    columns = ("asset_id", "asset__title", "asset__media_url")
    for pk, title, address in rows.values_list(*columns)[:LOOKED_AT]:
        if ends := ends_at(address):
            yield _Link(ends, title, reverse("dubbing:asset-detail", args=[pk]))
