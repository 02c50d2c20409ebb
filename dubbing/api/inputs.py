"""What callers send: only its shape is read here, the rules live behind the drafts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from dubbing.api.fields import OptionalText, RuledText, StrictSerializer, TimeField, WholeNumber
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.uploads import named_upload
from dubbing.services.work_plans import NAMES, WorkPlan
from dubbing.states import LIPS_MEANINGS, LipsModel, Priority

MOST_LANGUAGES = 200
CALLBACKS_ARE_OURS = (
    "The engine calls this desk back, not you: leave callback_url out. Ask for the asset instead, "
    "or list what changed with updated_since.",
    "callback_url_is_ours",
)
LIPS_HELP = "How lips are moved, if they are. " + " ".join(
    f"`{model.value}`: {LIPS_MEANINGS[model]}" for model in LipsModel
)

DUE_HELP = "A date like `2026-12-03`, or days after sending: `5 days`, `5 working days`."
OWNER_HELP = "Who sees to it that the dubs get done: a member of the team by e-mail or id."
REVIEWER_HELP = (
    "Who judges the dubs, by e-mail or id. Others for some languages or language sets stand "
    "behind: `anna@example.org; Nordics: ben@example.org; ja-JP: none`."
)
PRIORITY_HELP = "Left out: normal. " + ", ".join(
    f"`{priority.value}` {priority.label.lower()}" for priority in Priority
)


class NewLanguageSerializer(StrictSerializer):
    locale = RuledText(help_text="The language to dub into, such as `de-DE`.")
    srt = OptionalText(
        help_text="The SRT’s text in that language; times count from the start of the source. "
        "Without one, leave it out."
    )


class NewLanguagesSerializer(StrictSerializer):
    languages: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=NewLanguageSerializer(), max_length=MOST_LANGUAGES
    )


class NewAssetSerializer(StrictSerializer):
    told_apart = {"callback_url": CALLBACKS_ARE_OURS}

    media_url = OptionalText(help_text="A public http(s) link to the video.")
    upload = OptionalText(help_text="The id of a finished upload, in place of a link or a file.")
    locale = OptionalText(help_text="The language spoken in the video, such as `en-US`.")
    languages: serializers.BaseSerializer[Any] = serializers.ListSerializer(
        child=NewLanguageSerializer(),
        required=False,
        max_length=MOST_LANGUAGES,
        help_text="What to dub into.",
    )
    title = OptionalText(help_text="Left out: the file’s name.")
    reference = OptionalText(help_text="Your own name for it, such as an id in your system.")
    project = OptionalText(help_text="A project’s name; a new one is made.")
    tags = serializers.ListField(child=OptionalText(), required=False, allow_null=True)
    speakers_count = WholeNumber(
        required=False, allow_null=True, help_text="How many people speak; helps the quality."
    )
    start_time = TimeField(help_text="Trim: where to begin.")
    end_time = TimeField(help_text="Trim: where to end.")
    lips_model = OptionalText(help_text=LIPS_HELP)
    background_audio_url = OptionalText(
        help_text="A public link to music and effects without speech, used as they are."
    )
    background_upload = OptionalText(
        help_text="The same by the id of a finished upload; goes only with a file or an upload."
    )
    due = OptionalText(help_text=DUE_HELP)
    owner = OptionalText(help_text=OWNER_HELP)
    reviewer = OptionalText(help_text=REVIEWER_HELP)
    priority = WholeNumber(required=False, allow_null=True, help_text=PRIORITY_HELP)


class NewAssetWithFilesSerializer(NewAssetSerializer):
    file = serializers.FileField(required=False, allow_empty_file=True)
    background_audio = serializers.FileField(required=False, allow_empty_file=True)


class HiddenSerializer(StrictSerializer):
    hidden = serializers.BooleanField(help_text="Off the lists; Panjaya keeps it, and so do we.")


class NothingSerializer(StrictSerializer):
    """Commands that take no values."""


# For the description only: the parts of a multipart body.
NEW_ASSET_FORM = inline_serializer(
    "NewAssetForm",
    {
        "data": NewAssetSerializer(help_text="The values, as JSON."),
        "file": serializers.FileField(help_text="The video."),
        "background_audio": serializers.FileField(
            required=False, help_text="Music and effects without speech; goes only with a file."
        ),
    },
)


def read_asset_draft(body: dict[str, Any]) -> AssetDraft:
    """Raises rest_framework's ValidationError where the shape is wrong."""
    shape = NewAssetWithFilesSerializer(data=body)
    shape.is_valid(raise_exception=True)
    values = {name: value for name, value in shape.validated_data.items() if value is not None}
    values["tags"] = [tag for tag in values.get("tags", ()) if tag]
    values["languages"] = _drafts(values.get("languages", ()))
    for name in ("upload", "background_upload"):
        values[name] = named_upload(values.get(name, ""))
    values["work"] = WorkPlan.typed({name: values.pop(name, "") for name in NAMES})
    return AssetDraft(**values)


def read_language_drafts(body: dict[str, Any]) -> list[LanguageDraft]:
    shape = NewLanguagesSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return _drafts(shape.validated_data["languages"])


def _drafts(entries: Any) -> list[LanguageDraft]:
    return [LanguageDraft(entry["locale"], entry.get("srt")) for entry in entries]


def read_hidden(body: dict[str, Any]) -> bool:
    shape = HiddenSerializer(data=body)
    shape.is_valid(raise_exception=True)
    return bool(shape.validated_data["hidden"])


def refuse_values(body: dict[str, Any]) -> None:
    NothingSerializer(data=body).is_valid(raise_exception=True)
