"""Rows and files of batches, for tests about subtitles. All inside of the team's scope."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows
from dubbing.services.subtitles import GivenFile, add_subtitle_files
from tests.dubbing.subtitles.corpus import srt, talk

SPANISH = srt(*talk("Hola a todos y gracias"))
GERMAN = srt(*talk("Guten Tag und danke schön"))
OVERLAPPING = srt((1, 4, "Hola"), (3, 6, "a todos"), (5, 8, "y gracias"))


def give_row(batch: Batch, actor: Actor, **values: Any) -> BatchItem:
    row = {
        "media_url": f"https://media.example.org/{values.get('title', 'a')}.mp4",
        "locale": "en-US",
        "languages": ["es-ES", "de-DE"],
    } | values
    item = add_rows(batch=batch, actor=actor, rows=[row])[0]
    item.duration_seconds = Decimal(60)
    item.save(update_fields=["duration_seconds"])
    return item


def give_files(batch: Batch, actor: Actor, **texts: str) -> list[SubtitleFile]:
    """Keywords are names without an ending, two underscores for a point: `show__es`."""
    files = [
        GivenFile(f"{name.replace('__', '.')}.srt", text.encode()) for name, text in texts.items()
    ]
    return add_subtitle_files(batch=batch, actor=actor, files=files)


def codes_of(subtitle: SubtitleFile) -> list[str]:
    return [found["code"] for found in subtitle.findings]
