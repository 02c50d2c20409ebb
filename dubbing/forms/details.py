from __future__ import annotations

from django import forms

from dubbing.forms.fields import LineField, add_service_errors
from dubbing.models import Asset


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

    @classmethod
    def of(cls, asset: Asset) -> AssetDetailsForm:
        return cls(
            initial={
                "title": asset.title,
                "project": asset.project.name if asset.project else "",
                "tags": ", ".join(asset.tags),
                "reference": asset.reference,
            }
        )

    add_service_errors = add_service_errors
