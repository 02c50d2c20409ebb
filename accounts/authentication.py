"""REST: from an API key to a team."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts.decorators import active_membership
from accounts.models import KEY_MARK, ApiKey, hash_secret
from accounts.scoping import all_teams

# The last use is for people deciding what to revoke: minutes do, a write a request would not.
LAST_USED_STEP = timedelta(minutes=5)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer dd_<prefix>_<secret>`; the key is both user and auth."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = _find(token.strip())
        if key is None:
            raise exceptions.AuthenticationFailed(
                "This API key is unknown, revoked or expired. Make a new one under “API keys”."
            )
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MemberAuthentication(SessionAuthentication):
    """For the desk's own pages: the membership in the team that the session works in is the auth.

    A change wants the page's CSRF token in X-CSRFToken.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if super().authenticate(request) is None:
            return None
        membership, _ = active_membership(request._request)
        if membership is None:
            raise exceptions.PermissionDenied("You belong to no team yet.")
        return membership.user, membership


def _find(token: str) -> ApiKey | None:
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != KEY_MARK or not prefix.isalnum() or not secret:
        return None
    now = timezone.now()
    with all_teams("the key decides the team"):
        key: ApiKey | None = (
            ApiKey.objects.usable(now).select_related("team").filter(prefix=prefix).first()
        )
        if key is None or not hmac.compare_digest(key.secret_hash, hash_secret(secret)):
            return None
        if key.last_used_at is None or now - key.last_used_at > LAST_USED_STEP:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key
