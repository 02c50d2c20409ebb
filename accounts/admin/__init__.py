from __future__ import annotations

from accounts.admin.keys import ApiKeyAdmin
from accounts.admin.log import LogEntryAdmin
from accounts.admin.teams import InvitationAdmin, MembershipAdmin, TeamAdmin
from accounts.admin.users import UserAdmin

__all__ = [
    "ApiKeyAdmin",
    "InvitationAdmin",
    "LogEntryAdmin",
    "MembershipAdmin",
    "TeamAdmin",
    "UserAdmin",
]
