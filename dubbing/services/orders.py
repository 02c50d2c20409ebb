"""What somebody asks for, checked: the one door that form, API and admin go through.

A draft holds values as they came. `clean_asset_draft` and `clean_language_drafts` return orders
that hold only what passed, or raise one ValidationError with every fault under its field's name:
the API's names, which are the form's names too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from config.sizes import size_words
from dubbing.media import MediaFacts, NotMediaError, probe_audio, probe_media
from dubbing.models import Asset, Connection, Locale, Upload
from dubbing.services.work_plans import NO_WORK, WorkOrder, WorkPlan, WorkRules
from dubbing.states import LipsModel, UploadState
from dubbing.validators import (
    LocaleUses,
    Srt,
    clean_tags,
    parse_timecode,
    read_srt,
    validate_media_url,
    validate_reference,
    validate_source,
    validate_speakers_count,
    validate_targets,
    validate_title,
    validate_trim,
)

T = TypeVar("T")
FALLBACK_TITLE = "Untitled video"
# Why an upload cannot be used; nothing is wrong with one that is READY.
UPLOAD_FAULTS = {
    UploadState.RECEIVING: ("This file is still coming in. Wait for its end.", "upload_unfinished"),
    UploadState.CHECKING: ("This file is still being checked. Wait a moment.", "upload_unfinished"),
    UploadState.REFUSED: ("", "upload_refused"),
    UploadState.GIVEN_UP: ("This file is not here any more. Give it anew.", "unknown_upload"),
}


@dataclass(frozen=True)
class LanguageDraft:
    locale: str
    srt: bytes | str | None = None
    srt_name: str = ""


@dataclass(frozen=True)
class AssetDraft:
    """Values as they came; None and "" both mean “left blank”.

    A file comes with the form, or came before as an upload.
    """

    locale: str = ""
    languages: Sequence[LanguageDraft] = ()
    media_url: str = ""
    file: UploadedFile | None = None
    upload: Upload | None = None
    title: str = ""
    reference: str = ""
    project: str = ""
    tags: Sequence[str] | str = ()
    speakers_count: int | None = None
    start_time: str | int | float | Decimal | None = None
    end_time: str | int | float | Decimal | None = None
    lips_model: str = ""
    background_audio_url: str = ""
    background_audio: UploadedFile | None = None
    background_upload: Upload | None = None
    work: WorkPlan = WorkPlan()

    @property
    def file_name(self) -> str:
        if self.upload:
            return self.upload.name
        return (self.file.name or "") if self.file else ""


@dataclass(frozen=True)
class LanguageOrder:
    locale: str
    srt: str = ""
    srt_name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AssetOrder:
    locale: str
    languages: tuple[LanguageOrder, ...]
    media_url: str
    file: UploadedFile | None
    upload: Upload | None
    facts: MediaFacts | None
    title: str
    reference: str
    project: str
    tags: list[str]
    speakers_count: int | None
    start_time: Decimal | None
    end_time: Decimal | None
    lips_model: str
    background_audio_url: str
    background_audio: UploadedFile | None
    background_upload: Upload | None
    work: WorkOrder = NO_WORK


@dataclass
class _Faults:
    """Collects every fault under its field, so that a person mends all of them in one go."""

    by_field: dict[str, list[ValidationError]] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        try:
            yield
        except ValidationError as error:
            self._note(name, error)

    def add(self, name: str, message: str, code: str) -> None:
        self._note(name, ValidationError(message, code=code))

    def read(self, name: str, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except ValidationError as error:
            self._note(name, error)
            return None

    def _note(self, name: str, error: ValidationError) -> None:
        self.by_field.setdefault(name, []).extend(error.error_list)

    def raise_any(self) -> None:
        if self.by_field:
            raise ValidationError(self.by_field)


def known_locales() -> LocaleUses:
    rows = Locale.objects.values_list("code", "can_source", "can_target")
    return {code: (can_source, can_target) for code, can_source, can_target in rows}


def srt_field(locale: str) -> str:
    return f"languages.{locale}.srt"


def clean_asset_draft(
    draft: AssetDraft,
    *,
    connection: Connection,
    known: LocaleUses | None = None,
    rules: WorkRules | None = None,
) -> AssetOrder:
    """`known`, `rules`: where somebody who cleans many drafts has read them already."""
    faults = _Faults()
    known = known_locales() if known is None else known
    facts = _check_source(draft, connection, faults)
    with faults.of("locale"):
        validate_source(source=draft.locale, known=known)
    start, end = _check_trim(draft, facts, faults)
    languages = _check_languages(
        draft.languages, draft.locale, known, _Span(start, end, facts), faults
    )
    _check_background(draft, connection, faults)
    order = AssetOrder(
        locale=draft.locale,
        languages=languages,
        media_url=draft.media_url.strip(),
        file=draft.file,
        upload=draft.upload,
        facts=facts,
        title=_check_title(draft, faults),
        reference=draft.reference.strip(),
        project=draft.project.strip(),
        tags=faults.read("tags", lambda: clean_tags(draft.tags)) or [],
        speakers_count=draft.speakers_count,
        start_time=start,
        end_time=end,
        lips_model=draft.lips_model,
        background_audio_url=draft.background_audio_url.strip(),
        background_audio=draft.background_audio,
        background_upload=draft.background_upload,
        work=_check_work(draft.work, rules or WorkRules(), faults),
    )
    _check_words(order, faults)
    faults.raise_any()
    return order


def clean_language_drafts(drafts: Sequence[LanguageDraft], *, asset: Asset) -> list[LanguageOrder]:
    """Languages for an asset that exists; those it has already are refused."""
    faults = _Faults()
    existing = dict(asset.dubbings.values_list("locale_id", "locale__name"))
    for draft in drafts:
        if draft.locale in existing:
            name = existing[draft.locale]
            faults.add("languages", f"The video has {name} already.", "language_exists")
    span = _Span(asset.start_time, asset.end_time, None, asset.duration_seconds)
    orders = _check_languages(drafts, asset.locale_id, known_locales(), span, faults)
    faults.raise_any()
    return list(orders)


def _check_source(draft: AssetDraft, connection: Connection, faults: _Faults) -> MediaFacts | None:
    """Exactly one of address, file and upload; a file is looked into at once."""
    address = draft.media_url.strip()
    if address and (draft.file or draft.upload):
        faults.add("media_url", "Give a link or a file, not both.", "two_sources")
    elif draft.file and draft.upload:
        faults.add("upload", "Give the file once: it is uploaded already.", "two_sources")
    elif address:
        with faults.of("media_url"):
            validate_media_url(address, loopback_allowed=connection.is_sandbox)
    elif draft.file:
        return _probe(draft.file, "file", probe_media, faults)
    elif draft.upload:
        return _facts_of(draft.upload, "upload", faults)
    else:
        faults.add("media_url", "Give a link to the video, or choose a file.", "no_source")
    return None


def _facts_of(upload: Upload, name: str, faults: _Faults) -> MediaFacts | None:
    """What was found when it had arrived whole."""
    message, code = UPLOAD_FAULTS.get(UploadState(upload.state), ("", ""))
    if upload.state == UploadState.REFUSED:
        message = upload.error_message
    if code:
        faults.add(name, message, code)
        return None
    facts = MediaFacts.from_json(upload.facts)
    if name == "upload" and not facts.has_video:
        faults.add(name, "This file has sound only; a video is needed here.", "no_video_stream")
    elif name == "background_upload" and not facts.has_audio:
        faults.add(name, "This file has no sound.", "no_audio_stream")
    return facts


def _probe(
    file: UploadedFile, name: str, probe: Callable[[Path], MediaFacts], faults: _Faults
) -> MediaFacts | None:
    if not file.size:
        faults.add(name, "This file is empty. Export it again, then choose it anew.", "file_empty")
        return None
    if file.size > settings.MAX_SOURCE_BYTES:
        most = size_words(settings.MAX_SOURCE_BYTES)
        message = f"This file has {size_words(file.size)}; the desk takes {most} at most."
        faults.add(name, message, "file_too_large")
        return None
    try:
        return probe(Path(file.temporary_file_path()))  # type: ignore[attr-defined]
    except NotMediaError as error:
        faults.add(name, str(error), error.code)
    return None


def _check_trim(
    draft: AssetDraft, facts: MediaFacts | None, faults: _Faults
) -> tuple[Decimal | None, Decimal | None]:
    def read(name: str, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        return faults.read(name, lambda: parse_timecode(value))

    start, end = read("start_time", draft.start_time), read("end_time", draft.end_time)
    duration = facts.duration if facts else None
    with faults.of("end_time" if end is not None else "start_time"):
        validate_trim(start=start, end=end, duration=duration)
    return start, end


@dataclass(frozen=True)
class _Span:
    """The part of the video that cues must lie in."""

    start: Decimal | None
    end: Decimal | None
    facts: MediaFacts | None
    known_duration: Decimal | None = None

    @property
    def duration(self) -> Decimal | None:
        return self.facts.duration if self.facts else self.known_duration


def _check_languages(
    drafts: Sequence[LanguageDraft], source: str, known: LocaleUses, span: _Span, faults: _Faults
) -> tuple[LanguageOrder, ...]:
    with faults.of("languages"):
        targets = [draft.locale for draft in drafts]
        validate_targets(source=source, targets=targets, known=known)
    orders = []
    for draft in drafts:
        srt = _read_srt(draft, span, faults)
        notes = srt.notes if srt else ()
        orders.append(
            LanguageOrder(draft.locale, srt.text if srt else "", draft.srt_name[:255], notes)
        )
    return tuple(orders)


def _read_srt(draft: LanguageDraft, span: _Span, faults: _Faults) -> Srt | None:
    if draft.srt is None:
        return None
    data = draft.srt
    return faults.read(
        srt_field(draft.locale),
        lambda: read_srt(
            data, name=draft.srt_name, start=span.start, end=span.end, duration=span.duration
        ),
    )


def _check_background(draft: AssetDraft, connection: Connection, faults: _Faults) -> None:
    address = draft.background_audio_url.strip()
    name = "background_upload" if draft.background_upload else "background_audio"
    has_file = bool(draft.background_upload or draft.background_audio)
    if address and has_file or draft.background_upload and draft.background_audio:
        message = "Give a link to the background track or one file, not both."
        faults.add("background_audio_url", message, "two_backgrounds")
    elif address:
        with faults.of("background_audio_url"):
            validate_media_url(address, loopback_allowed=connection.is_sandbox)
    elif has_file and not (draft.file or draft.upload):
        message = (
            "A background file goes only with a video file: Panjaya fetches a linked video by "
            "itself and takes its background track as a link too."
        )
        faults.add(name, message, "background_needs_file")
    elif draft.background_upload:
        _facts_of(draft.background_upload, name, faults)
    elif draft.background_audio:
        _probe(draft.background_audio, name, probe_audio, faults)


def _check_title(draft: AssetDraft, faults: _Faults) -> str:
    """Blank: the file's name, or the last part of the address."""
    title = draft.title.strip()
    if not title:
        path = draft.file_name or unquote(urlsplit(draft.media_url).path)
        stem = PurePosixPath(path).stem.replace("_", " ").strip()
        title = stem[:200] or FALLBACK_TITLE
    with faults.of("title"):
        validate_title(title)
    return title


def _check_work(plan: WorkPlan, rules: WorkRules, faults: _Faults) -> WorkOrder:
    try:
        return rules.order(plan)
    except ValidationError as error:
        for name, found in error.error_dict.items():
            faults.by_field.setdefault(name, []).extend(found)
    return NO_WORK


def _check_words(order: AssetOrder, faults: _Faults) -> None:
    with faults.of("reference"):
        validate_reference(order.reference)
    if order.project:
        with faults.of("project"):
            validate_title(order.project)
    if order.speakers_count is not None:
        with faults.of("speakers_count"):
            validate_speakers_count(order.speakers_count)
    if order.lips_model and order.lips_model not in LipsModel.values:
        choices = ", ".join(LipsModel.values)
        faults.add("lips_model", f"Choose one of {choices}, or leave it out.", "unknown_lips_model")
