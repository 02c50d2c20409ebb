from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from django import forms
from django.http import QueryDict

from dubbing.forms.fields import LineField, add_service_errors
from dubbing.models import Asset
from dubbing.services.details import Details


class AssetDetailsForm(forms.Form):
    """What people call a video; nothing of it is known to Panjaya."""

    title = LineField(label="Title")
    project = LineField(
        label="Project",
        help_text="A new name makes a new project; blank takes it out of its project.",
        widget=forms.TextInput(attrs={"list": "projects", "autocomplete": "off"}),
    )
    tags = LineField(label="Tags", help_text="Separated by commas.")
    reference = LineField(
        label="Reference", help_text="Your own name for it, such as its number in another system."
    )
    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    add_service_errors = add_service_errors

    @classmethod
    def of(cls, asset: Asset, data: QueryDict | None = None) -> AssetDetailsForm:
        there = asdict(Details.of(asset))
        return cls(data, initial=there | {"seen": there})

    def clean_seen(self) -> dict[str, Any] | None:
        """None for what no page of ours sends: nothing is known of what the person saw."""
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else None

    def over(self, current: Details) -> AssetDetailsForm:
        """The same words once more, for somebody who has now been shown what is there."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = json.dumps(asdict(current))
        return AssetDetailsForm(data)

    def details(self) -> Details:
        return Details(**{name: text for name, text in self.cleaned_data.items() if name != "seen"})
