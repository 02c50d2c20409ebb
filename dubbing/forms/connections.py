from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from dubbing.forms.fields import add_service_errors
from dubbing.models import Connection
from dubbing.models.connections import FEWEST_LOOKS_PER_MINUTE, MOST_LOOKS_PER_MINUTE


class ConnectionForm(forms.Form):
    """A way to Panjaya; what is typed is tried out before it is kept."""

    name = forms.CharField(
        label="Name", max_length=60, initial="Panjaya", help_text="What your team calls it."
    )
    base_url = forms.CharField(
        label="Base address",
        max_length=200,
        initial="https://api.panjaya.ai",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text="Where Panjaya’s API answers. Leave it as it is unless Panjaya says otherwise.",
    )
    key = forms.CharField(
        label="Key",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="From Panjaya; with or without “panjaya-” in front. It is kept sealed and never "
        "shown again. Before it is kept, Panjaya’s list is read with it once, which costs nothing.",
    )
    public_keys = forms.CharField(
        label="Public keys",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="In PEM form, one or several: callbacks signed with any of them are believed. "
        "Left blank, it is the one that Panjaya publishes.",
    )
    looks_per_minute = forms.IntegerField(
        label="Looks per minute",
        initial=60,
        validators=[
            MinValueValidator(FEWEST_LOOKS_PER_MINUTE),
            MaxValueValidator(MOST_LOOKS_PER_MINUTE),
        ],
        help_text="How often Panjaya is asked at most for news of all your videos together.",
    )
    is_current = forms.BooleanField(
        label="New videos go this way",
        required=False,
        initial=True,
        help_text="Videos that were sent already stay with the connection they went by.",
    )

    def __init__(self, *args: Any, connection: Connection | None = None, **kwargs: Any) -> None:
        """`connection`: the one that is changed. Its key is not filled in, it is never shown."""
        super().__init__(*args, **kwargs)
        if connection is None:
            return
        for name in ("name", "base_url", "public_keys", "looks_per_minute"):
            self.initial[name] = getattr(connection, name)
        # Another one is made current instead: a team is never without by accident.
        del self.fields["is_current"]
        self.fields["key"].label = "New key"
        self.fields["key"].help_text = (
            f"Left blank, the key that ends in {connection.key_hint} stays. A new one is tried "
            "before it is kept."
        )

    add_service_errors = add_service_errors
