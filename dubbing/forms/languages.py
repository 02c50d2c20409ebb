from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField

from dubbing.forms.fields import AnyChoicesField, UploadField, add_service_errors
from dubbing.models import Locale
from dubbing.services.orders import LanguageDraft, srt_field
from dubbing.validators import MAX_SRT_BYTES

# The reader refuses far smaller files, and says how large this one is; what is larger still was
# not meant as subtitles and is not read into memory to be told so.
SRT_READ_BYTES = 20 * MAX_SRT_BYTES


@dataclass(frozen=True)
class LanguageChoice:
    """One language of the picker, with its own place for an SRT file."""

    locale: Locale
    chosen: bool
    srt: BoundField


class LanguageFields(forms.Form):
    """Target languages, and an optional SRT file for each of them."""

    languages = AnyChoicesField(
        label="Target languages",
        required=False,
        help_text="One dub is made for each. Search by name or code.",
    )

    def __init__(self, *args: Any, taken: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Locale.objects.filter(can_target=True).order_by("region", "name")
        self.locales = [locale for locale in offered if locale.code not in taken]
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (locale.code, locale.name) for locale in self.locales
        ]
        for locale in self.locales:
            self.fields[srt_field(locale.code)] = UploadField(
                accept=".srt", label=f"SRT for {locale.name}"
            )

    def language_drafts(self) -> list[LanguageDraft]:
        return [self._draft(code) for code in self.cleaned_data.get("languages", [])]

    def _draft(self, code: str) -> LanguageDraft:
        file: UploadedFile | None = self.cleaned_data.get(srt_field(code))
        if file is None:
            return LanguageDraft(code)
        return LanguageDraft(code, file.read(SRT_READ_BYTES), file.name or "")

    def regions(self) -> Iterator[tuple[str, list[LanguageChoice]]]:
        """For the picker: every language under its region."""
        chosen = set(self["languages"].value() or [])
        for region, locales in groupby(self.locales, key=lambda locale: locale.region):
            yield (
                region or "Elsewhere",
                [
                    LanguageChoice(locale, locale.code in chosen, self[srt_field(locale.code)])
                    for locale in locales
                ],
            )

    def files_to_choose_again(self) -> list[str]:
        """Names of files that came with a form that did not pass: browsers forget them."""
        given = [file for file in self.files.values() if isinstance(file, UploadedFile)]
        return [str(file.name) for file in given if file.name]

    add_service_errors = add_service_errors


class LanguagesForm(LanguageFields):
    """More languages for a video that is there."""
