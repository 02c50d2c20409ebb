from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come in by invitation: the sign-up page stays closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail and this password do not belong together.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Nobody has a user name here."""

    def clean_email(self, email: str) -> str:
        """allauth takes an unconfirmed address for one being changed to, and drops it for the next.

        Where it is the only one, the person would be left without any: so it is confirmed first.
        """
        cleaned: str = super().clean_email(email)
        match = self.request.resolver_match if self.request else None
        if match and match.view_name == "account_email":
            own = EmailAddress.objects.filter(user=self.request.user)
            if not own.filter(verified=True).exists():
                raise ValidationError(
                    "Confirm the address you have first. Then you can change it.",
                    code="unconfirmed",
                )
        return cleaned
