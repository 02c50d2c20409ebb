from __future__ import annotations

from django import forms

from dubbing.forms.fields import add_service_errors


class ViewForm(forms.Form):
    """Reads the shape only; the service knows the rules."""

    name = forms.CharField(label="Name", max_length=200)
    is_shared = forms.BooleanField(label="For the whole team", required=False)

    add_service_errors = add_service_errors
