"""Names that Windows, macOS and Linux all take, and that are told apart by all of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Windows takes 260 characters for the whole path, with the folder that people unpack into.
LONGEST_PATH = 180
# File systems count bytes of one name, of which there are 255; some keep a few for themselves.
LONGEST_PIECE_BYTES = 200
SHORTEST_STEM = 8
UNSAFE = re.compile(r'[<>:"/\\|?*]')
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*|\s*)", re.IGNORECASE
)
# What archives hold beside films: no folder may look like one of these files.
ENDINGS = re.compile(r"\.(mp4|mov|mkv|webm|srt|csv|json)$", re.IGNORECASE)

NUMBERED = "numbered"
SHORTENED = "shortened"
REPLACED = "characters replaced"
RESERVED_NAME = "name that Windows keeps for itself"
UNNAMED = "had no name"


@dataclass(frozen=True)
class SafeName:
    """`path` within the archive; `changes` say what had to be done to it."""

    path: str
    changes: tuple[str, ...] = ()


class Namer:
    """Gives each file of one archive its name. `taken` are names that are given already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._files = {_same(name) for name in taken}
        self._folders: set[str] = set()

    def name(self, pieces: list[str], ending: str) -> SafeName:
        """`pieces` are folders and the stem; `ending` is one like `mp4`."""
        changes: list[str] = []
        *folders, stem = (safe_piece(piece, changes) for piece in pieces)
        ending = re.sub(r"[^a-z0-9]", "", ending.lower())[:8] or "bin"
        folders = [self._as_folder(folder) for folder in folders]
        folders, stem = _shortened(folders, stem, len(ending) + 1, changes)
        path = self._free("/".join([*folders, ""]), stem, ending, changes)
        self._remember(path)
        return SafeName(path, tuple(dict.fromkeys(changes)))

    def _as_folder(self, folder: str) -> str:
        """No folder may have a file's name."""
        folder = ENDINGS.sub(lambda found: "_" + found[1], folder)
        return f"{folder}_" if _same(folder) in self._files else folder

    def _free(self, folder: str, stem: str, ending: str, changes: list[str]) -> str:
        path = f"{folder}{stem}.{ending}"
        number = 1
        while _same(path) in self._files or _same(path) in self._folders:
            number += 1
            mark = f" ({number})"
            short = _cut(stem, LONGEST_PIECE_BYTES - len(mark) - len(ending) - 1)
            path = f"{folder}{short}{mark}.{ending}"
        if number > 1:
            changes.append(NUMBERED)
        return path

    def _remember(self, path: str) -> None:
        self._files.add(_same(path))
        pieces = path.split("/")[:-1]
        self._folders |= {_same("/".join(pieces[: i + 1])) for i in range(len(pieces))}


def safe_piece(text: str, changes: list[str]) -> str:
    """One folder or stem; what had to be changed is added to `changes`."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    shown = "".join(letter for letter in plain if _is_visible(letter))
    safe = UNSAFE.sub("_", shown)
    bare = safe.strip(" .")
    if not bare:
        changes.append(UNNAMED)
        return "unnamed"
    if safe != plain or bare != safe:
        changes.append(REPLACED)
    if RESERVED.fullmatch(bare):
        changes.append(RESERVED_NAME)
        return f"_{bare}"
    return bare


def _is_visible(letter: str) -> bool:
    """No controls, half characters, unassigned ones, and none that turn the reading direction.

    Joiners are kept: words of some scripts and pictures need them.
    """
    kind = unicodedata.category(letter)
    return kind not in ("Cc", "Cs", "Cn", "Co") and (kind != "Cf" or letter in "\u200c\u200d")


def _shortened(
    folders: list[str], stem: str, room: int, changes: list[str]
) -> tuple[list[str], str]:
    """`room`: what the ending takes. Folders share what is there, the stem has the rest."""
    each = max(SHORTEST_STEM, (LONGEST_PATH // 2) // max(1, len(folders)) - 1)
    short = [_cut(_cut_letters(folder, each), LONGEST_PIECE_BYTES) for folder in folders]
    used = sum(len(folder) + 1 for folder in short)
    least = max(SHORTEST_STEM, LONGEST_PATH - used - room)
    # Room for a number behind it too.
    cut = _cut(_cut_letters(stem, least), LONGEST_PIECE_BYTES - room - 8)
    if (short, cut) != (folders, stem):
        changes.append(SHORTENED)
    return short, cut


def _cut_letters(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rstrip(" .") or text[:1]


def _cut(text: str, length: int) -> str:
    """To so many bytes, between characters."""
    raw = text.encode()
    if len(raw) <= length:
        return text
    return raw[:length].decode(errors="ignore").rstrip(" .") or "_"


def _same(path: str) -> str:
    """Equal for names that some file system takes for one: by case and by composition."""
    folded = unicodedata.normalize("NFKC", path).casefold()
    return unicodedata.normalize("NFKC", folded)
