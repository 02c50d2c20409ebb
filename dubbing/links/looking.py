"""One look: is there a video, and what do its headers say?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dubbing.links.faults import LinkError
from dubbing.links.fetching import Fetcher, Reply
from dubbing.links.pieces import HEAD_BYTES, has_index, holed_file, is_mp4, telling_pieces
from dubbing.links.rules import LinkRules
from dubbing.links.words import check_is_media, check_is_no_page, check_status
from dubbing.media import MediaFacts, NotMediaError, probe_audio_head, probe_head

LARGEST_BYTES = 10**13
# Their headers hold the length; others are measured by their end, which may not be there.
TELLS_AHEAD = frozenset({"MP4/MOV", "MKV/WebM", "AVI", "FLV", "WMV", "MXF", "WAV", "FLAC", "AIFF"})
Wanted = Literal["video", "sound"]
WORDS = {"video": "a video", "sound": "a sound track"}
PROBES = {"video": probe_head, "sound": probe_audio_head}


@dataclass(frozen=True)
class Look:
    """Where its temporary file lies, and who reads that."""

    folder: str
    probe: Callable[[Path], MediaFacts]


@dataclass(frozen=True)
class LinkFacts:
    """`seconds` and `size` are None where nobody can know before the whole is fetched."""

    host: str  # that answered in the end; the address itself may be signed
    size: int | None  # bytes
    content_type: str
    has_ranges: bool
    redirects: int
    seconds: str | None = None  # down to the millisecond
    width: int = 0
    height: int = 0
    video_codec: str = ""
    audio_codec: str = ""
    audio_tracks: int | None = None  # None where it could not be looked into
    format: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def look_at(address: str, rules: LinkRules, *, folder: str, wanted: Wanted = "video") -> LinkFacts:
    """Fetches at most the first MiB, the index and the tail, in one temporary file in `folder`.

    Raises LinkError for what cannot be reached, or is no video (no sound, where that is wanted).
    """
    check_is_no_page(address)
    fetcher = Fetcher(rules)
    reply = fetcher.get(address, 0, HEAD_BYTES - 1)
    check_is_no_page(reply.address)
    check_status(reply.status)
    check_is_media(reply.body, reply.content_type, WORDS[wanted])
    _check_length(reply)
    facts = LinkFacts(
        host=urlsplit(reply.address).hostname or "",
        size=reply.total,
        content_type=reply.content_type[:100],
        has_ranges=reply.has_ranges,
        redirects=reply.redirects,
    )
    return _with_media(facts, reply, fetcher, Look(folder, PROBES[wanted]))


def _check_length(reply: Reply) -> None:
    if reply.total is not None and reply.total > LARGEST_BYTES:
        raise LinkError(
            "The server claims a length that no video has. Upload the file instead.", "link_answer"
        )
    if reply.first != 0:
        raise LinkError(
            "The server sends another part of the file than was asked for. Upload the file.",
            "link_answer",
        )
    if reply.total is not None and len(reply.body) < min(reply.total, HEAD_BYTES):
        raise LinkError("The server sends less than it says. Upload the file instead.", "link_cut")


def _with_media(facts: LinkFacts, reply: Reply, fetcher: Fetcher, look: Look) -> LinkFacts:
    def get(first: int, last: int) -> bytes:
        if not reply.has_ranges:
            return b""
        part = fetcher.get(reply.address, first, last)
        return part.body if part.status == 206 and part.first == first else b""

    total = reply.total or len(reply.body)
    pieces = telling_pieces(reply.body, total, get)
    is_whole = sum(map(len, pieces.values())) >= total and reply.total is not None
    try:
        with holed_file(pieces, total, look.folder) as path:
            media = look.probe(path)
    except NotMediaError as error:
        # Without its index an MP4 says nothing, which is no fault of the file.
        if is_mp4(reply.body) and not is_whole and not has_index(pieces):
            return facts
        raise LinkError(error.message, error.code) from None
    return _merged(facts, media, knows_end=is_whole or bool(reply.total and len(pieces) > 1))


def _merged(facts: LinkFacts, media: MediaFacts, *, knows_end: bool) -> LinkFacts:
    tells = media.duration > 0 and (knows_end or media.format in TELLS_AHEAD)
    return LinkFacts(
        **facts.as_json()
        | {
            "seconds": str(media.duration) if tells else None,
            "width": media.width,
            "height": media.height,
            "video_codec": media.video_codec,
            "audio_codec": media.audio_codec,
            "audio_tracks": media.audio_tracks,
            "format": media.format,
        }
    )
