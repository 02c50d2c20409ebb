"""From bytes to text: marks first, then UTF-8, then a guess that a person can correct."""

from __future__ import annotations

import codecs
from typing import NamedTuple

import chardet

from dubbing.sheets.errors import SheetError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What people can choose where the guess is wrong: Python's name → for people.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16, big-endian",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "mac-roman": "Western European (Mac)",
    "cp932": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (CP949)",
}
GUESSED_FROM = [name.replace("_", "-") for name in ENCODINGS if not name.startswith("utf")]
GUESS_BYTES = 64 * 1024
# A few letters fit several encodings almost alike: then it is the one that most files have.
USUAL, ADVANTAGE = "cp1252", 2.2
# Beside letters, what people type in the languages of the usual one.
USUAL_SIGNS = frozenset("–—‘’“”„…•€£§©®°·«»¿¡ºª\xa0")
# Two bytes per letter, without a mark: every other byte of European text is zero.
WIDE_SHARE = 0.3


class Decoded(NamedTuple):
    text: str
    encoding: str
    is_guess: bool


def decode(data: bytes, encoding: str = "") -> Decoded:
    """`encoding` as somebody chose it, else as found. Raises SheetError."""
    if encoding:
        return Decoded(_decoded(data, encoding), encoding, False)
    for mark, name in MARKS:
        if data.startswith(mark):
            return Decoded(_decoded(data, name), _plain(name, data), False)
    if wide := _wide(data):
        return Decoded(_decoded(data, wide), wide, False)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError:
        guess = _guess(data)
    return Decoded(_decoded(data, guess), guess, True)


def _plain(name: str, data: bytes) -> str:
    if name == "utf-16":
        return "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return "utf-8" if name == "utf-8-sig" else name


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        name = ENCODINGS.get(encoding, encoding)
        raise SheetError(
            f"The file cannot be read as {name}. Choose another encoding, or save it as UTF-8.",
            "sheet_encoding",
        ) from None


def _wide(data: bytes) -> str:
    head = data[:4096]
    if not head or len(head) < 4:
        return ""
    if head[1::2].count(0) > WIDE_SHARE * len(head) and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) > WIDE_SHARE * len(head) and not head[1::2].count(0):
        return "utf-16-be"
    return ""


def _guess(data: bytes) -> str:
    found = chardet.detect_all(
        _telling(data), ignore_threshold=True, include_encodings=GUESSED_FROM
    )
    names = [codecs.lookup(str(entry["encoding"])).name for entry in found if entry["encoding"]]
    advantages = {USUAL: ADVANTAGE} if _reads_as_usual(data) else {}
    likely = sorted(
        (-entry["confidence"] * advantages.get(name, 1), name)
        for entry, name in zip(found, names, strict=True)
    )
    for _, name in (*likely, (0, USUAL)):
        if _is_possible(data, name):
            return name
    raise SheetError(
        "The letters of this file cannot be made out. Save it as “CSV UTF-8” or as .xlsx.",
        "sheet_encoding",
    )


def _reads_as_usual(data: bytes) -> bool:
    text = data.decode(USUAL, "replace")
    return all(sign.isascii() or sign.isalpha() or sign in USUAL_SIGNS for sign in text)


def _is_possible(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _telling(data: bytes) -> bytes:
    """The lines that hold more than ASCII: in a list of addresses they are few."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    return b"\n".join(lines)[:GUESS_BYTES]
