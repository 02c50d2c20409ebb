from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from dubbing.forms.fields import AnyChoiceField, LineField, SubmissionField, UploadField
from dubbing.forms.languages import LanguageFields
from dubbing.forms.people import WorkFields
from dubbing.models import Asset, Locale, Preset, Project
from dubbing.services.orders import AssetDraft
from dubbing.services.uploads import named_upload, upload_of
from dubbing.states import LIPS_MEANINGS, LipsModel
from dubbing.validators import format_timecode

PROJECTS_OFFERED = 200
LIPS_CHOICES = [
    ("", "Leave it to Panjaya"),
    *((model.value, f"{model.label}: {LIPS_MEANINGS[model]}") for model in LipsModel),
]


class AssetForm(WorkFields, LanguageFields):
    """A new dubbing: one video, how it is to be dubbed, and into what."""

    submission = SubmissionField()
    media_url = LineField(
        label="Link to the video",
        help_text="A public link that opens the video file itself, without a login.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    file = UploadField(
        label="Video file", accept="video/*,.mkv,.mxf,.ts", help_text="MP4, MOV, MKV and the like."
    )
    upload = LineField(
        label="Video file",
        widget=forms.HiddenInput(attrs={"data-uploads-id": "", "data-draft-keep": ""}),
    )
    title = LineField(
        label="Title", help_text="Left blank: the file’s name. Only people here see it."
    )
    project = LineField(
        label="Project",
        help_text="A new name makes a new project.",
        widget=forms.TextInput(attrs={"list": "projects", "autocomplete": "off"}),
    )
    tags = LineField(label="Tags", help_text="Separated by commas.")
    reference = LineField(
        label="Reference", help_text="Your own name for it, such as its number in another system."
    )
    locale = AnyChoiceField(label="Language spoken in the video", required=False)
    speakers_count = forms.IntegerField(
        label="Number of speakers",
        required=False,
        help_text="Left blank: Panjaya finds out by itself.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    start_time = LineField(
        label="Start", widget=forms.TextInput(attrs={"placeholder": "0:00", "autocomplete": "off"})
    )
    end_time = LineField(
        label="End",
        widget=forms.TextInput(attrs={"placeholder": "to the end", "autocomplete": "off"}),
    )
    lips_model = AnyChoiceField(
        label="Lip movements",
        required=False,
        choices=LIPS_CHOICES,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    background_audio_url = LineField(
        label="Link to the track",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    background_audio = UploadField(
        label="Track as a file", accept="audio/*,video/*,.wav,.mp3,.m4a,.aac,.flac"
    )

    background_upload = LineField(
        label="Track as a file",
        widget=forms.HiddenInput(attrs={"data-uploads-id": "", "data-draft-keep": ""}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sources = Locale.objects.filter(can_source=True).order_by("name")
        self.fields["locale"].choices = [  # type: ignore[attr-defined]
            ("", "Choose the language"),
            *((locale.code, f"{locale.name} · {locale.code}") for locale in sources),
        ]

    @classmethod
    def like(cls, asset: Asset) -> AssetForm:
        """Filled in as the video was sent: one changes what is to be different."""
        return cls(initial=_settings_of(asset))

    @classmethod
    def with_preset(cls, preset: Preset) -> AssetForm:
        tags = ", ".join(preset.settings.get("tags", ()))
        return cls(initial={**preset.settings, "tags": tags})

    def draft(self) -> AssetDraft:
        given = self.cleaned_data
        return AssetDraft(
            locale=given["locale"],
            languages=self.language_drafts(),
            media_url=given["media_url"],
            file=given["file"],
            upload=named_upload(given["upload"]),
            title=given["title"],
            reference=given["reference"],
            project=given["project"],
            tags=given["tags"],
            speakers_count=given["speakers_count"],
            start_time=given["start_time"],
            end_time=given["end_time"],
            lips_model=given["lips_model"],
            background_audio_url=given["background_audio_url"],
            background_audio=given["background_audio"],
            background_upload=named_upload(given["background_upload"]),
            work=self.work_plan(),
        )

    def project_names(self) -> list[str]:
        return list(Project.objects.values_list("name", flat=True)[:PROJECTS_OFFERED])


def _settings_of(asset: Asset) -> dict[str, Any]:
    is_kept = asset.original_removed_at is None
    upload = upload_of(asset.media_file.name or "") if is_kept else None
    background = upload_of(asset.background_audio_file.name or "") if is_kept else None
    return {
        "media_url": asset.media_url,
        "upload": str(upload.pk) if upload else "",
        "title": asset.title,
        "project": asset.project.name if asset.project else "",
        "tags": ", ".join(asset.tags),
        "reference": asset.reference,
        "locale": asset.locale_id,
        "languages": list(asset.dubbings.values_list("locale_id", flat=True)),
        "speakers_count": asset.speakers_count,
        "start_time": _typed(asset.start_time),
        "end_time": _typed(asset.end_time),
        "lips_model": asset.lips_model,
        "background_audio_url": asset.background_audio_url,
        "background_upload": str(background.pk) if background else "",
    }


def _typed(seconds: Decimal | None) -> str:
    return "" if seconds is None else format_timecode(seconds)
