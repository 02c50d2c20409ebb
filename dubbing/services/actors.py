from __future__ import annotations

from dataclasses import dataclass

from accounts.models import ApiKey, User
from dubbing.states import Cause


@dataclass(frozen=True)
class Actor:
    """Who asked: a person in the browser or the admin, or a machine with a key."""

    user: User | None = None
    key: ApiKey | None = None
    occasion: str = ""
    """Such as “in bulk, 12 dubs”: stands behind what history tells of it."""

    @property
    def cause(self) -> Cause:
        if self.key is not None:
            return Cause.API
        return Cause.PERSON if self.user is not None else Cause.DESK


DESK = Actor()
