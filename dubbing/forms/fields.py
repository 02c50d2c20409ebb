from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class AnyChoiceField(forms.ChoiceField):
    """Offers choices, takes any word: which ones are right is the service's to say."""

    def validate(self, value: Any) -> None:
        return


class AnyChoicesField(forms.MultipleChoiceField):
    def validate(self, value: Any) -> None:
        return


class LineField(forms.CharField):
    """A line of text of any length and content, trimmed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        # The validators for titles, links and references say it in better words.
        self.validators = []


class SubmissionField(forms.UUIDField):
    """Names one press of Send. A mark that was tampered with counts as none."""

    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            return None


class UploadField(forms.FileField):
    """An optional file; an empty one comes through, so that the service can say so."""

    def __init__(self, *, accept: str, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": accept})
        super().__init__(required=False, allow_empty_file=True, widget=widget, **options)


def add_service_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Puts every fault beside its field; what fits no field stands above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, list(faults))
