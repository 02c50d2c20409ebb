"""Files for one video that is no row yet: the form of a new dubbing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubbing.services.subtitles.adding import GivenFile, require_reasonable
from dubbing.services.subtitles.places import targets
from dubbing.subtitles.matching import Video, place_files
from dubbing.subtitles.reading import Given, read_files


@dataclass(frozen=True)
class ReadFor:
    """A file with its language, as far as its name says one, and what it holds as SRT."""

    name: str
    locale: str
    text: str
    reason: str


def as_srt(*, name: str, data: bytes) -> bytes | str:
    """SRT of another format; what cannot be converted stays as it is, for the rules to refuse."""
    if name.lower().endswith(".srt"):
        return data
    return read_files([Given(name, data)])[0].text or data


def read_for_languages(
    *, files: Sequence[GivenFile], wanted: Sequence[str], title: str = ""
) -> list[ReadFor]:
    """Converted and named, but not judged: sending does that. Raises ValidationError (`files`)."""
    require_reasonable(files)
    video = Video("video", (title,) if title else (), tuple(wanted))
    places = place_files([file.name for file in files], [video], known=targets(), is_sure=True)
    reads = read_files([Given(file.name, file.data) for file in files])
    return [
        ReadFor(
            file.name, place.locale if place.video else "", read.text, read.error or place.reason
        )
        for file, place, read in zip(files, places, reads, strict=True)
    ]
