"""One class per thing a person can fill in about people, keys and teams."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import NAME_LENGTH
from accounts.roles import Role, roles_up_to

NEVER = ""
KEY_LIVES = (
    (NEVER, "It does not"),
    ("30", "In 30 days"),
    ("90", "In 90 days"),
    ("365", "In a year"),
)


def role_choices(given_by: str) -> list[tuple[str, str]]:
    return [(role.value, str(role.label)) for role in roles_up_to(given_by)]


class InviteMemberForm(forms.Form):
    email = forms.EmailField(
        label="E-mail", help_text="The invitation opens for this address only."
    )
    role = forms.ChoiceField(label="Role", initial=Role.PRODUCER)

    def __init__(self, *args: Any, given_by: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label="Role", initial=Role.PRODUCER, choices=role_choices(given_by)
        )


class ChangeRoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class JoinForm(forms.Form):
    """For somebody who has no account yet."""

    name = forms.CharField(
        label="Your name",
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, not only digits and nothing that many people use.",
    )


class NewApiKeyForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=NAME_LENGTH, help_text="Who or what will use it, such as “ci”."
    )
    role = forms.ChoiceField(label="Role")
    lifetime = forms.ChoiceField(label="When it ends", choices=KEY_LIVES, required=False)

    def __init__(self, *args: Any, given_by: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label="Role",
            choices=role_choices(given_by),
            initial=Role.PRODUCER,
            help_text="Your own or a lower one.",
        )

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lifetime"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="How your team sees you.",
    )


class SwitchTeamForm(forms.Form):
    team = forms.UUIDField()
