from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField

from dubbing.forms.fields import AnyChoicesField, UploadField, add_service_errors
from dubbing.models import Locale
from dubbing.services.orders import LanguageDraft, srt_field
from dubbing.services.subtitles import as_srt
from dubbing.validators import MAX_SRT_BYTES

# The reader refuses far smaller files, and says how large this one is; what is larger still was
# not meant as subtitles and is not read into memory to be told so.
SRT_READ_BYTES = 20 * MAX_SRT_BYTES
SUBTITLE_ENDINGS = ".srt,.vtt,.ass,.ssa,.sbv,.smi,.sami,.ttml,.dfxp,.xml,.scc,.stl"


@dataclass(frozen=True)
class LanguageChoice:
    """One language of the picker, with its own place for an SRT file."""

    locale: Locale
    is_chosen: bool
    region: str
    """Only on the first language of a region: the heading above it."""
    srt: BoundField

    @property
    def code(self) -> str:
        return str(self.locale.code)

    @property
    def name(self) -> str:
        return str(self.locale.name)

    @property
    def words(self) -> str:
        """What else the search finds it by."""
        return f"{self.locale.native_name} {self.locale.region}"

    @property
    def is_rtl(self) -> bool:
        return bool(self.locale.right_to_left)


@dataclass(frozen=True)
class ForgottenFile:
    """A file that came with a form that did not pass: browsers forget it."""

    field: str
    label: str
    name: str


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
                accept=SUBTITLE_ENDINGS, label=f"SRT for {locale.name}"
            )

    def language_drafts(self) -> list[LanguageDraft]:
        return [self._draft(code) for code in self.cleaned_data.get("languages", [])]

    def _draft(self, code: str) -> LanguageDraft:
        file: UploadedFile | None = self.cleaned_data.get(srt_field(code))
        if file is None:
            return LanguageDraft(code)
        name = file.name or ""
        return LanguageDraft(code, as_srt(name=name, data=file.read(SRT_READ_BYTES)), name)

    def language_choices(self) -> list[LanguageChoice]:
        """For the picker: every language that is offered, region by region."""
        chosen = set(self["languages"].value() or [])
        region = None
        choices = []
        for locale in self.locales:
            heading = "" if locale.region == region else (locale.region or "Elsewhere")
            region = locale.region
            srt = self[srt_field(locale.code)]
            choices.append(LanguageChoice(locale, locale.code in chosen, heading, srt))
        return choices

    def forgotten_files(self) -> list[ForgottenFile]:
        if not self.errors:
            return []
        given = [(name, file) for name, file in self.files.items() if name in self.fields]
        return [
            ForgottenFile(name, str(self.fields[name].label), file.name)
            for name, file in given
            if isinstance(file, UploadedFile) and file.name
        ]

    add_service_errors = add_service_errors


class LanguagesForm(LanguageFields):
    """More languages for a video that is there."""
