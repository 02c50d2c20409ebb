from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership


class DigestForm(forms.Form):
    """Of which teams the daily mail tells."""

    teams = forms.TypedMultipleChoiceField(
        required=False, label="Tell me of", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, choices: list[tuple[Membership, bool]]) -> None:
        chosen = [str(row.team_id) for row, is_told in choices if is_told]
        super().__init__(data, initial={"teams": chosen})
        self.fields["teams"].choices = [  # type: ignore[attr-defined]
            (str(row.team_id), row.team.name) for row, _ in choices
        ]
