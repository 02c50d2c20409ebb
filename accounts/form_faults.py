from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError


def add_faults(form: forms.Form, error: ValidationError) -> None:
    """A service's refusal, beside the fields it names; what the form lacks stands above them."""
    faults = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for field, errors in faults.items():
        form.add_error(field if field in form.fields else None, errors)
