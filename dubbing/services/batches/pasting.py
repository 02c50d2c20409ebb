"""Addresses out of pasted text: lines of a mail, a column of a spreadsheet, a list with commas."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGINS_LINK = re.compile(r"(?i)^[<(\"'“]?https?:/")
# An address may hold commas: only one that stands before the next address parts two of them.
BETWEEN_LINKS = re.compile(r"(?i)[\s,;|]+(?=[<(\"'“]?https?:/)")
WRAPPINGS = "<>()\"'“”„,;|"
MOST_PASTED_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class PastedLink:
    """`line` counts from 1, as in the text."""

    line: int
    address: str
    title: str = ""


def read_pasted(text: str) -> list[PastedLink]:
    """Every address of the text, in its order, repeats included.

    One per line, or several with spaces, commas or semicolons between them. After a tab stands the
    title, as when two columns of a spreadsheet are pasted; title first is understood as well.
    What is no address is kept as one: the rules then say what is wrong with it.
    """
    links: list[PastedLink] = []
    for number, line in enumerate(text.splitlines(), start=1):
        links.extend(_of_line(number, line))
    return links


def _of_line(number: int, line: str) -> list[PastedLink]:
    cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
    if len(cells) > 1:
        return _of_cells(number, cells)
    if not cells:
        return []
    # A line without any link is one faulty address, not as many as it has words.
    parts = BETWEEN_LINKS.split(cells[0])
    if not any(BEGINS_LINK.match(part) for part in parts):
        return [PastedLink(number, cells[0])] if _bare(cells[0]) else []
    words = [word for part in parts for word in part.split()]
    return [PastedLink(number, _bare(word)) for word in words if _bare(word)]


def _of_cells(number: int, cells: list[str]) -> list[PastedLink]:
    links = [_bare(cell) for cell in cells if BEGINS_LINK.match(cell)]
    words = [cell for cell in cells if not BEGINS_LINK.match(cell)]
    if not links:
        return [PastedLink(number, cells[0], cells[1])]
    title = words[0] if words and len(links) == 1 else ""
    return [PastedLink(number, link, title) for link in links]


def _bare(word: str) -> str:
    """Without the brackets, quotes and commas that mails put around an address."""
    bare = word.lstrip(WRAPPINGS)
    # A closing bracket belongs to an address that opens one.
    while bare and bare[-1] in WRAPPINGS and not (bare[-1] == ")" and "(" in bare):
        bare = bare[:-1]
    return bare
