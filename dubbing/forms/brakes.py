from __future__ import annotations

from django import forms

from dubbing.models.brakes import REASON_LENGTH


class PauseForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        required=False,
        label="Why",
        help_text="Everybody in the team reads it while sending is paused. It may stay empty.",
    )
