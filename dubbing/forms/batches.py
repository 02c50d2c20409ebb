"""What is typed about many videos: once for all of them, and row by row."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from dubbing.forms.assets import LIPS_CHOICES, PROJECTS_OFFERED
from dubbing.forms.fields import AnyChoiceField, AnyChoicesField, LineField, add_service_errors
from dubbing.forms.people import ReviewersField, WorkFields
from dubbing.models import Batch, BatchItem, Locale, Preset, Project
from dubbing.services.batches import typed_values
from dubbing.services.batches.values import OWN, SETTINGS, read_codes
from dubbing.states import LipsModel

SHORT_LIPS = [("", "Leave it to Panjaya"), *LipsModel.choices]


@dataclass(frozen=True)
class Choice:
    """One language of the picker."""

    code: str
    name: str
    words: str = ""
    region: str = ""
    is_rtl: bool = False
    is_chosen: bool = False


class RowFields(WorkFields):
    """What may be said once for all, or for one row. Values stay as typed: the rules judge."""

    locale = AnyChoiceField(label="Language spoken", required=False)
    languages = AnyChoicesField(
        label="Target languages", required=False, help_text="One dub is made for each."
    )
    speakers_count = LineField(
        label="Speakers",
        help_text="How many people speak; helps the quality.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    lips_model = AnyChoiceField(label="Lip movements", required=False, choices=LIPS_CHOICES)
    background_audio_url = LineField(
        label="Link to a clean background track",
        help_text="Music and noise without speech. Without one, Panjaya separates the voices.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    project = LineField(
        label="Project",
        help_text="A new name makes a new project.",
        widget=forms.TextInput(attrs={"list": "projects", "autocomplete": "off"}),
    )
    tags = LineField(label="Tags", help_text="Separated by commas.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.locales = list(Locale.objects.order_by("region", "name"))
        by_name = sorted(self.locales, key=lambda locale: str(locale.name))
        sources = [
            (locale.code, f"{locale.name} · {locale.code}")
            for locale in by_name
            if locale.can_source
        ]
        self._offer("locale", [("", "Choose the language"), *sources])
        self._offer("lips_model", SHORT_LIPS)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """With what stands there now, even if nobody could choose it."""
        value = str(self[name].value() or "")
        if value and value not in dict(choices):
            choices = [*choices, (value, value)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def language_choices(self) -> list[Choice]:
        """Every target, region by region; what is chosen and unknown comes last."""
        chosen = read_codes(self["languages"].value())
        targets = [locale for locale in self.locales if locale.can_target]
        choices: list[Choice] = []
        region: str | None = None
        for locale in targets:
            heading = "" if locale.region == region else (locale.region or "Elsewhere")
            region = locale.region
            choices.append(
                Choice(
                    code=locale.code,
                    name=locale.name,
                    words=f"{locale.native_name} {locale.region}",
                    region=heading,
                    is_rtl=locale.right_to_left,
                    is_chosen=locale.code in chosen,
                )
            )
        known = {choice.code for choice in choices}
        unknown = [code for code in chosen if code not in known]
        odd = [Choice(code, code, is_chosen=True) for code in unknown]
        return [*choices, *odd]

    def project_names(self) -> list[str]:
        return list(Project.objects.values_list("name", flat=True)[:PROJECTS_OFFERED])

    def settings(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in SETTINGS}

    add_service_errors = add_service_errors


class BatchForm(RowFields):
    """What new rows start with, and addresses to make rows of."""

    title = LineField(
        label="Name of this batch", help_text="Only people here see it. Blank: the date."
    )
    pasted = forms.CharField(
        label="Addresses",
        required=False,
        strip=False,
        help_text="One per line, or with spaces or commas between them. After a tab stands the "
        "title, as when two columns of a spreadsheet are pasted.",
        widget=forms.Textarea(
            attrs={
                "rows": 8,
                "spellcheck": "false",
                "placeholder": "https://media.example.org/one.mp4\nhttps://…/two.mp4\tSecond film",
            }
        ),
    )

    @classmethod
    def of(cls, batch: Batch) -> BatchForm:
        initial = {**batch.settings, "title": batch.title, "pasted": batch.pasted}
        initial["tags"] = ", ".join(batch.settings.get("tags", ()))
        return cls(initial=initial)


class ItemForm(RowFields):
    """One row in full."""

    title = LineField(label="Title", help_text="Left blank: the file’s name.")
    media_url = LineField(
        label="Link to the video",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    reference = LineField(label="Reference", help_text="Your own name for it.")
    start_time = LineField(
        label="Start", widget=forms.TextInput(attrs={"placeholder": "0:00", "autocomplete": "off"})
    )
    end_time = LineField(
        label="End",
        widget=forms.TextInput(attrs={"placeholder": "to the end", "autocomplete": "off"}),
    )

    @classmethod
    def of(cls, item: BatchItem, data: Any = None) -> ItemForm:
        """Ids tell the forms of several open rows apart."""
        initial = typed_values(item) | {"tags": ", ".join(item.tags)}
        form = cls(data, initial=initial, auto_id=f"id_{item.pk}_%s")
        for name in ("start_time", "end_time"):
            form.fields[name].widget.attrs["aria-describedby"] = f"item-part-{item.pk}"
        return form

    def typed(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in (*OWN, *SETTINGS)}


def was_text(item: BatchItem) -> str:
    """What a row's form shows, to be sent back with it."""
    return json.dumps(typed_values(item), cls=DjangoJSONEncoder)


def read_was(text: str) -> Mapping[str, Any]:
    """Nothing for a mark that was tampered with: every field then counts as changed."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


class BulkForm(forms.Form):
    """One change for many rows: the pressed button says which."""

    languages = AnyChoicesField(required=False)
    locale = AnyChoiceField(required=False)
    lips_model = AnyChoiceField(required=False)
    speakers_count = LineField()
    project = LineField()
    tags = LineField()
    due = LineField()
    owner = LineField()
    reviewer = ReviewersField()
    priority = LineField()
    preset = forms.UUIDField(required=False)

    # Button → the field it takes its value from.
    ACTIONS = {
        "add_languages": "languages",
        "set_languages": "languages",
        "drop_languages": "languages",
        "locale": "locale",
        "lips_model": "lips_model",
        "speakers_count": "speakers_count",
        "project": "project",
        "add_tags": "tags",
        "set_tags": "tags",
        "due": "due",
        "owner": "owner",
        "reviewer": "reviewer",
        "priority": "priority",
        "preset": "preset",
    }

    def given(self, action: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(self.ACTIONS[action])

    def preset_id(self) -> uuid.UUID | None:
        self.is_valid()
        found: uuid.UUID | None = self.cleaned_data.get("preset")
        return found


class NameForm(forms.Form):
    name = forms.CharField(label="Name", required=False)

    add_service_errors = add_service_errors


class PresetForm(RowFields):
    """A template in full."""

    name = forms.CharField(label="Name", required=False)

    @classmethod
    def of(cls, preset: Preset, data: Any = None) -> PresetForm:
        tags = ", ".join(preset.settings.get("tags", ()))
        return cls(data, initial={**preset.settings, "name": preset.name, "tags": tags})
