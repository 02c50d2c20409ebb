"""Files dropped together: each is read, finds its video and language, and is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.models.batches import FILE_NAME_LENGTH
from dubbing.services.actors import Actor
from dubbing.services.batches.locks import lock_open_batch
from dubbing.services.subtitle_checks import judge_subtitle
from dubbing.services.subtitles.places import open_items, targets, video_of
from dubbing.services.subtitles.rows import follow
from dubbing.subtitles.matching import Place, place_files
from dubbing.subtitles.reading import Given, ReadFile, read_files
from dubbing.validators import MAX_SRT_BYTES, locale_name

MOST_FILES = 300  # at once
MOST_BYTES = 64_000_000
MOST_IN_A_BATCH = 5_000
REASON_LENGTH = 300


@dataclass(frozen=True)
class GivenFile:
    """`name` with the folders it lay in. Of what is far too large, the beginning is enough."""

    name: str
    data: bytes


def add_subtitle_files(
    *, batch: Batch, actor: Actor, files: Sequence[GivenFile]
) -> list[SubtitleFile]:
    """A row per file, in order. A file given again under its name takes the place of the first.

    Raises ValidationError (under `files`) where there are too many, or too large ones.
    """
    require_reasonable(files)
    named = [GivenFile(_clean_name(file.name), file.data) for file in files]
    reads = read_files([Given(file.name, file.data) for file in named])
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        rows = open_items(locked)
        names = [file.name for file in named]
        places = place_files(names, [video_of(row) for row in rows], known=targets())
        adding = _Adding(locked, rows)
        made = [
            adding.add(file, read, place)
            for file, read, place in zip(named, reads, places, strict=True)
        ]
        adding.judge(dict(zip([one.pk for one in made], reads, strict=True)))
        follow(locked, [one.item for one in made])
    return made


def require_reasonable(files: Sequence[GivenFile]) -> None:
    if not files:
        raise _refused("Choose subtitle files, or drop them here.", "required")
    if len(files) > MOST_FILES:
        raise _refused(
            f"Give at most {MOST_FILES} files at once; these are {len(files):,}.", "too_many_files"
        )
    if sum(len(file.data) for file in files) > MOST_BYTES:
        raise _refused("Together they are too large for one go. Give them in parts.", "too_large")


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError({"files": ValidationError(message, code=code)})


def _clean_name(name: str) -> str:
    """Its end, where it is too long: that is where the language stands."""
    plain = (
        "".join(letter for letter in name if letter.isprintable()).replace("\\", "/").strip("/ ")
    )
    return plain[-FILE_NAME_LENGTH:] or "subtitles"


class _Adding:
    """One transaction of new files; knows which places are taken."""

    def __init__(self, batch: Batch, rows: Sequence[BatchItem]) -> None:
        self.batch = batch
        self.rows = {str(row.pk): row for row in rows}
        present = SubtitleFile.objects.filter(batch=batch, removed_at=None).select_related(
            "item__upload"
        )
        if len(present) > MOST_IN_A_BATCH:
            raise _refused("This batch has all the files it can keep.", "too_many_files")
        self.by_name = {one.name: one for one in present}
        self.by_place = {(one.item_id, one.locale): one for one in present if one.item_id}
        self.fresh: list[SubtitleFile] = []

    def add(self, file: GivenFile, read: ReadFile, place: Place) -> SubtitleFile:
        earlier: SubtitleFile | None = self.by_name.get(file.name)
        if earlier is not None and bytes(earlier.original) == file.data[:MAX_SRT_BYTES]:
            return earlier
        made = SubtitleFile(
            team_id=self.batch.team_id, batch=self.batch, name=file.name, format=read.format
        )
        # What is larger is refused anyway; its beginning is kept for the person who looks.
        made.original = file.data[:MAX_SRT_BYTES]
        if earlier is not None and earlier.item_id:
            self._take_over(made, earlier)
        else:
            self._put(made, place)
            if earlier is not None:
                self._retire(earlier)
        self.by_name[file.name] = made
        made.save(force_insert=True)
        self.fresh.append(made)
        return made

    def _take_over(self, made: SubtitleFile, earlier: SubtitleFile) -> None:
        made.item, made.locale = earlier.item, earlier.locale
        made.matched_by_person = earlier.matched_by_person
        made.reason = "Takes the place of the file of this name that was here before."
        self._retire(earlier)
        self.by_place[(made.item_id, made.locale)] = made

    def _retire(self, earlier: SubtitleFile) -> None:
        earlier.removed_at = timezone.now()
        earlier.save(update_fields=["removed_at", "updated_at"])

    def _put(self, made: SubtitleFile, place: Place) -> None:
        made.locale, made.reason = place.locale, place.reason[:REASON_LENGTH]
        guess = self.rows.get(place.guess)
        made.guess = guess.pk if guess else None
        item = self.rows.get(place.video)
        if item is None or not place.locale:
            return
        there = self.by_place.get((item.pk, place.locale))
        if there is not None:
            made.reason = (
                f"{locale_name(place.locale)} of “{str(item)[:80]}” has a file already, "
                f"“{there.name[-80:]}”. Choose this one to use it instead."
            )
            return
        made.item = item
        self.by_place[(item.pk, place.locale)] = made

    def judge(self, reads: dict[object, ReadFile]) -> None:
        """Once all have their places: the same words in two languages show only then."""
        by_item: dict[object, list[SubtitleFile]] = {}
        for one in self.by_place.values():
            by_item.setdefault(one.item_id, []).append(one)
        for made in self.fresh:
            made.text = reads[made.pk].text
        for made in self.fresh:
            siblings = by_item.get(made.item_id, []) if made.item_id else []
            judge_subtitle(made, reads[made.pk], siblings=siblings)
        fields = ["format", "text", "notes", "findings"]
        SubtitleFile.objects.bulk_update(self.fresh, fields, batch_size=50)
