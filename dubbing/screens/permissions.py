"""What the member who looks at a page may do there; the actions themselves ask again."""

from __future__ import annotations

from accounts.models import Membership
from accounts.roles import Can


class MemberMay:
    """For a screen with a `membership`: which buttons it shows."""

    membership: Membership

    @property
    def may_produce(self) -> bool:
        return self.membership.can(Can.PRODUCE)

    @property
    def may_manage(self) -> bool:
        return self.membership.can(Can.MANAGE_TEAM)

    @property
    def may_release(self) -> bool:
        return self.membership.can(Can.MANAGE_MONEY)

    @property
    def may_download(self) -> bool:
        return self.membership.can(Can.DOWNLOAD)

    @property
    def may_edit(self) -> bool:
        return self.membership.can(Can.EDIT_IN_STUDIO)
