"""The page one opens in the morning, and the number beside its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Can
from dubbing.services.attention import Concern, News, Viewer, find_concerns, last_here, news_since


@dataclass(frozen=True)
class AttentionScreen:
    membership: Membership
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def _viewer(self) -> Viewer:
        return Viewer(self.membership, self.membership.user)

    @cached_property
    def concerns(self) -> list[Concern]:
        return find_concerns(viewer=self._viewer, now=self.now)

    @cached_property
    def last_here(self) -> datetime | None:
        return last_here(user_id=self.membership.user_id, now=self.now)

    @cached_property
    def news(self) -> list[News]:
        if self.last_here is None:
            return []
        return news_since(viewer=self._viewer, since=self.last_here)

    @property
    def can_act(self) -> bool:
        return self.membership.can(Can.REVIEW)

    @property
    def revision(self) -> str:
        """The same as long as the page would look the same to this member."""
        shown = (self.concerns, self.last_here, self.news, self.membership.role)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
