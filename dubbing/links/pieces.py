"""Which parts of a large file tell what it is, and a file of these with holes between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

HEAD_BYTES = 1 << 20
TAIL_BYTES = 512 << 10
INDEX_BYTES = 32 << 20
PEEK_BYTES = 64 << 10
MAX_JUMPS = 6
MP4_BEGINS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
MP4_BOXES = MP4_BEGINS | {b"moof", b"uuid", b"udta", b"sidx", b"styp", b"mfra", b"meta"}
Pieces = dict[int, bytes]
Get = Callable[[int, int], bytes]
"""First and last place → the bytes there, or fewer; empty where the server gives no parts."""


def is_mp4(head: bytes) -> bool:
    return head[4:8] in MP4_BEGINS


def has_index(pieces: Pieces) -> bool:
    return any(b"moov" in piece[:PEEK_BYTES] for piece in pieces.values())


def telling_pieces(head: bytes, total: int, get: Get) -> Pieces:
    """Place → bytes: the head, an MP4's index wherever it lies, and the tail."""
    pieces = {0: head}
    if total > len(head):
        if is_mp4(head):
            pieces |= _index(head, total, get)
        else:
            at = max(len(head), total - TAIL_BYTES)
            pieces[at] = get(at, total - 1)
    return pieces


def _index(head: bytes, total: int, get: Get) -> Pieces:
    """Steps from box to box, over the pictures, to the one that says where they are."""
    place, base, seen, jumps = 0, 0, head, 0
    while place < total:
        header = seen[place - base : place - base + 16]
        if len(header) < 16 and jumps < MAX_JUMPS:
            jumps += 1
            base, seen = place, get(place, min(total, place + PEEK_BYTES) - 1)
            header = seen[:16]
        if len(header) < 8:
            return {}
        size, kind = _box(header, total - place)
        if kind == b"moov":
            return {base: seen} | _rest(base + len(seen), min(total, place + size), get)
        if size < 8 or kind not in MP4_BOXES:
            return {}
        place += size
    return {}


def _rest(place: int, end: int, get: Get) -> Pieces:
    """Of an index that goes on beyond what is here."""
    return {place: get(place, min(end, place + INDEX_BYTES) - 1)} if end > place else {}


def _box(header: bytes, rest: int) -> tuple[int, bytes]:
    size = int.from_bytes(header[:4], "big")
    if size == 1:
        size = int.from_bytes(header[8:16], "big")
    return (size or rest), header[4:8]


@contextmanager
def holed_file(pieces: Pieces, total: int, folder: str) -> Iterator[Path]:
    """As long as the whole and as large as the pieces: a hole takes no room on the disk."""
    with NamedTemporaryFile(dir=folder, suffix=".part") as file:
        file.truncate(total)
        for place, piece in pieces.items():
            file.seek(place)
            file.write(piece)
        file.flush()
        yield Path(file.name)
