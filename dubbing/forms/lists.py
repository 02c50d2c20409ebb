from __future__ import annotations

from django import forms

from dubbing.screens.listing import AssetFilter, ListState


class AssetFilterForm(forms.Form):
    """The address of a list. What makes no sense in it is left out, never an error page."""

    q = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=ListState.choices)
    project = forms.UUIDField(required=False)
    tag = forms.CharField(required=False, max_length=50)
    before = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)

    def asset_filter(self) -> AssetFilter:
        self.is_valid()
        return AssetFilter(
            text=self.cleaned_data.get("q", ""),
            state=ListState(self.cleaned_data.get("state") or ListState.ANY),
            project=self.cleaned_data.get("project"),
            tag=self.cleaned_data.get("tag", ""),
            before=self.cleaned_data.get("before"),
            after=self.cleaned_data.get("after"),
        )
