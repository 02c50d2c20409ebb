from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

# Longest mark first: UTF-32's begins like UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
ARROW = "-->"
ACCENTED_WORD = re.compile(r"\w*[^\W\x00-\x7f]\w*")


@dataclass(frozen=True)
class DecodedText:
    text: str
    note: str  # empty where nobody needs to know


def decode_srt(data: bytes) -> DecodedText:
    """UTF-8 first, then what a mark or the zero bytes give away, then Windows-1252."""
    for mark, encoding, name in MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding=encoding, name=name)
    if b"\x00" in data:
        return _decode_unmarked_utf16(data)
    try:
        return DecodedText(data.decode("utf-8"), "")
    except UnicodeDecodeError:
        return _decode_western(data)


def _decode_marked(data: bytes, *, encoding: str, name: str) -> DecodedText:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable("It is damaged: its text breaks off or mixes encodings.") from None
    return DecodedText(text, f"The file is {name}; we saved it as UTF-8." if name else "")


def _decode_unmarked_utf16(data: bytes) -> DecodedText:
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if ARROW in text:
            return DecodedText(text, "The file is UTF-16; we saved it as UTF-8.")
    raise _unreadable("It holds bytes that no text has.")


def _decode_western(data: bytes) -> DecodedText:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise _unreadable("Its encoding is not known to us.") from None
    # In Western text accented letters are few among plain ones. Where they prevail, the file is
    # Cyrillic, Hebrew, Chinese… in an old encoding, and reading it so would dub gibberish.
    plain = sum(character.isascii() and character.isalpha() for character in text)
    if plain < sum(not character.isascii() for character in text):
        raise _unreadable("Its encoding is an old one that does not say which it is.")
    word = ACCENTED_WORD.search(text)
    example = f" Check that “{word[0][:40]}” is spelled right." if word else ""
    return DecodedText(
        text, f"The file is not UTF-8; we read it as Windows-1252 (Latin-1).{example}"
    )


def _unreadable(why: str) -> ValidationError:
    return ValidationError(
        f"This cannot be read as an SRT file. {why} Save it as UTF-8 and try again.",
        code="srt_unreadable",
    )
