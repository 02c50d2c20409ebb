from __future__ import annotations

from django import forms

from dubbing.models.brakes import LONGEST_DELAY_SECONDS, REASON_LENGTH


class PauseForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        required=False,
        label="Why",
        help_text="Everybody in the team reads it while sending is paused. It may stay empty.",
    )


class DelayForm(forms.Form):
    delay_seconds = forms.IntegerField(
        min_value=0,
        max_value=LONGEST_DELAY_SECONDS,
        required=False,
        label="Seconds",
        help_text="How long a command waits before it is sent. Blank: as this desk is set up.",
    )
