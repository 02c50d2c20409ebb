from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from dubbing.archives.patterns import USUAL_PATTERN
from dubbing.forms.fields import LineField, add_service_errors
from dubbing.screens.archive_choice import ArchiveChoice
from dubbing.services.downloads import read_pattern

GB = 10**9
PARTS = (
    ("", "One file"),
    ("4", "Files of up to 4 GB"),
    ("10", "Files of up to 10 GB"),
    ("50", "Files of up to 50 GB"),
)


class ArchiveForm(forms.Form):
    """How films are downloaded. Which ones stands in the hidden fields."""

    dubbing = forms.CharField(required=False, widget=forms.HiddenInput)
    asset = forms.CharField(required=False, widget=forms.HiddenInput)
    query = forms.CharField(required=False, widget=forms.HiddenInput)
    pattern = LineField(
        label="How the files are named",
        help_text="Words in braces are filled in; “/” makes a folder.",
        # One line by rule, but longer than a narrow field: it wraps, all of it can be seen.
        widget=forms.Textarea(
            attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    since = forms.DateField(
        label="Only those finished since",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    include_srt = forms.BooleanField(
        label="Subtitles too",
        required=False,
        help_text="The SRT that a language was ordered with, where it was.",
    )
    parts = forms.ChoiceField(
        label="In how many pieces",
        choices=PARTS,
        required=False,
        help_text="For drives and services that take no larger files.",
    )

    add_service_errors = add_service_errors

    def clean_pattern(self) -> str:
        try:
            return read_pattern(self.cleaned_data["pattern"]).text
        except ValidationError as error:
            raise ValidationError(error.error_dict["pattern"]) from None

    @property
    def part_bytes(self) -> int | None:
        given = self.cleaned_data.get("parts")
        return int(given) * GB if given else None

    @classmethod
    def begun(cls, choice: ArchiveChoice, pattern: str) -> ArchiveForm:
        """As it first stands on the page."""
        return cls(
            initial={
                "dubbing": ",".join(map(str, choice.ids)),
                "asset": ",".join(map(str, choice.assets)),
                "query": choice.query,
                "since": choice.since,
                "pattern": pattern or USUAL_PATTERN,
            }
        )
