"""What people may say of a dub, and what they have said."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Membership
from accounts.roles import Can
from dubbing.models import Dubbing, Version
from dubbing.screens.buttons import Button
from dubbing.services.reviews import why_not_review
from dubbing.states import REVIEW_BADGES, Badge, ReviewState, Stage


@dataclass(frozen=True)
class ReviewScreen:
    dubbing: Dubbing
    version: Version
    membership: Membership

    @property
    def is_open_to_me(self) -> bool:
        return self.membership.can(Can.REVIEW)

    @property
    def badge(self) -> Badge:
        return REVIEW_BADGES[ReviewState(self.dubbing.review)]

    @property
    def has_begun(self) -> bool:
        return bool(self.dubbing.review != ReviewState.NOT_STARTED)

    @property
    def start(self) -> Button:
        return self._button(ReviewState.IN_REVIEW)

    @property
    def approve(self) -> Button:
        return self._button(ReviewState.APPROVED)

    @property
    def ask(self) -> Button:
        return self._button(ReviewState.REVISION_ASKED)

    @property
    def reset(self) -> Button:
        return self._button(ReviewState.NOT_STARTED)

    @property
    def why_neither(self) -> str:
        """One reason for both buttons, where it is the same."""
        return self.ask.why_not if self.ask.why_not == self.approve.why_not else ""

    def _button(self, wanted: ReviewState) -> Button:
        current = self.dubbing.current
        if current is not None and current.pk != self.version.pk:
            return Button(f"Version {current.number} is the current one: it is judged there.")
        return Button(why_not_review(self.dubbing, wanted))

    @property
    def is_my_turn(self) -> bool:
        """Whether the verdict is the next step for whoever looks."""
        if not self.is_open_to_me or not self.approve.is_legal:
            return False
        is_asked = self.dubbing.reviewer_id == self.membership.user_id
        is_begun = self.dubbing.stage == Stage.IN_REVIEW
        return is_asked or is_begun or not self.membership.can(Can.PRODUCE)
