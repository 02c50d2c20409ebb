"""Videos of a batch, as names can be matched with them."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from dubbing.models import Batch, BatchItem, Locale
from dubbing.subtitles.matching import Video
from dubbing.subtitles.naming import file_stem


def targets() -> list[str]:
    """Locales that can be dubbed into."""
    return list(Locale.objects.filter(can_target=True).values_list("code", flat=True))


def open_items(batch: Batch) -> list[BatchItem]:
    """Rows that can still get a file."""
    return list(BatchItem.objects.editable().filter(batch=batch).select_related("upload"))


def video_of(item: BatchItem) -> Video:
    link = unquote(PurePosixPath(urlsplit(item.media_url).path).name) if item.media_url else ""
    files = [item.file_name, item.upload.name if item.upload else "", link]
    names = [item.title, item.reference, *(file_stem(name) for name in files if name)]
    return Video(
        key=str(item.pk),
        names=tuple(dict.fromkeys(filter(None, names))) or (str(item),),
        wanted=tuple(item.languages),
        references=(item.reference,) if item.reference else (),
    )
