from __future__ import annotations

from typing import Any

from django import forms

from dubbing.models import Locale
from dubbing.models.assets import REMOTE_ID_LENGTH, TITLE_LENGTH


class RemoteIdForm(forms.Form):
    remote_id = forms.CharField(
        max_length=REMOTE_ID_LENGTH,
        label="Panjaya’s id",
        help_text="As its studio or its list shows it.",
    )


class AdoptForm(forms.Form):
    remote_id = forms.CharField(max_length=REMOTE_ID_LENGTH, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=TITLE_LENGTH, required=False, label="Title", help_text="As this desk calls it."
    )
    locale = forms.ChoiceField(required=False, label="Spoken language")

    def __init__(self, *args: Any, asks_locale: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_locale:
            del self.fields["locale"]
            return
        sources = Locale.objects.filter(can_source=True).values_list("code", "name")
        field = self.fields["locale"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", "Choose…"), *sources]
