"""Which column holds what, guessed from its heading in the words that people use."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from dubbing.sheets.languages import LanguageFinder

LANGUAGE = "language:"  # before a locale: a column with a mark where the video gets the language
IGNORED = ""
LINK = re.compile(r"https?://", re.IGNORECASE)


class Column(NamedTuple):
    """A field that a column may hold; `heading` is what our own export calls it."""

    field: str
    heading: str
    synonyms: tuple[str, ...] = ()
    # Our export tells it, and nobody changes it here.
    is_told: bool = False


COLUMNS = (
    Column("id", "ID", ("dubdesk id", "video id", "asset id", "uuid")),
    Column(
        "title", "Title",
        ("name", "video", "video title", "video name", "titel", "titre", "titulo", "episode"),
    ),
    Column(
        "reference", "Reference",
        ("ref", "external id", "code", "sku", "key", "number", "no", "nr", "referenz", "referencia",
         "reference number", "house number"),
    ),
    Column(
        "project", "Project",
        ("series", "serie", "show", "season", "folder", "projekt", "projet", "proyecto"),
    ),
    Column("tags", "Tags", ("tag", "labels", "label", "keywords", "categories", "category")),
    Column(
        "media_url", "Video link",
        ("url", "link", "address", "media url", "video url", "video address", "source url",
         "source", "media", "adresse", "lien", "enlace", "download link", "href"),
    ),
    Column("file_name", "File", ("file name", "filename", "video file", "datei", "fichier")),
    Column(
        "locale", "Source language",
        ("locale", "source locale", "spoken language", "original language", "from", "language",
         "source lang", "spoken", "quellsprache", "sprache", "langue source", "langue", "idioma",
         "original"),
    ),
    Column(
        "languages", "Target languages",
        ("languages", "targets", "target", "target language", "target locales", "dub into", "into",
         "to", "dubs", "langs", "lang", "zielsprachen", "langues", "idiomas", "sprachen"),
    ),
    Column(
        "speakers_count", "Speakers",
        ("number of speakers", "speaker count", "speakers count", "sprecher", "voices"),
    ),
    Column("start_time", "Start", ("start time", "in", "tc in", "trim start", "begin", "von")),
    Column("end_time", "End", ("end time", "out", "tc out", "trim end", "bis", "stop")),
    Column("lips_model", "Lips", ("lips model", "lip sync", "lipsync", "lip model")),
    Column(
        "background_audio_url", "Background link",
        ("background audio url", "background", "m&e", "music and effects", "background url"),
    ),
    Column(
        "due", "Due",
        ("due date", "due on", "deadline", "delivery", "delivery date", "needed by", "frist",
         "fallig", "echeance", "fecha limite"),
    ),
    Column("owner", "Owner", ("producer", "responsible", "assignee", "assigned to", "pm")),
    Column(
        "reviewer", "Reviewer",
        ("reviewers", "review by", "reviewed by", "qc", "checker", "approver", "prufer"),
    ),
    Column("priority", "Priority", ("prio", "urgency", "prioritat", "priorite", "prioridad")),
    Column("state", "State", ("status",), is_told=True),
    Column("languages_state", "State of languages", (), is_told=True),
    Column("duration", "Length (s)", ("duration", "length"), is_told=True),
    Column("created_at", "Added", ("created", "created at"), is_told=True),
    Column("url", "Page", (), is_told=True),
)  # fmt: skip
BY_FIELD = {column.field: column for column in COLUMNS}


def plain(heading: str) -> str:
    """Case, accents, punctuation and line breaks taken away."""
    bare = unicodedata.normalize("NFKD", heading.replace("_", " ")).casefold()
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.sub(r"[^\w&]+", " ", kept).strip()


EXACT = {plain(column.heading): column.field for column in COLUMNS} | {
    plain(column.field): column.field for column in COLUMNS if column.field != "url"
}
SYNONYMS = {plain(word): column.field for column in COLUMNS for word in column.synonyms}


def headings_key(headings: Sequence[str]) -> str:
    """The same for the same headings in any order."""
    words = "\n".join(sorted(plain(heading) for heading in headings))
    return hashlib.sha256(words.encode()).hexdigest()


def guess_columns(
    headings: Sequence[str], languages: LanguageFinder, samples: Sequence[Sequence[str]] = ()
) -> list[str]:
    """A field per heading, IGNORED where nothing fits; no field is guessed twice.

    `samples`: some lines, for a column whose heading tells nothing but whose cells are links.
    """
    fields = [IGNORED] * len(headings)
    taken: set[str] = set()
    for table in (EXACT, SYNONYMS):
        for place, heading in enumerate(headings):
            field = table.get(plain(heading), IGNORED)
            if field and not fields[place] and field not in taken:
                fields[place] = field
                taken.add(field)
    if "media_url" not in taken and (links := _links(samples, fields)) is not None:
        fields[links] = "media_url"
    for place, heading in enumerate(headings):
        if not fields[place] and (locale := languages.find(heading).locale):
            field = LANGUAGE + locale
            if field not in taken:
                fields[place] = field
                taken.add(field)
    return fields


def _links(samples: Sequence[Sequence[str]], fields: Sequence[str]) -> int | None:
    """The first column without a field that holds links and nothing else."""
    for place, field in enumerate(fields):
        cells = [line[place] for line in samples if place < len(line) and line[place]]
        if not field and cells and all(LINK.match(cell) for cell in cells):
            return place
    return None


def known_words(cells: Sequence[str]) -> int:
    """How many of the cells read like headings."""
    words = (plain(cell) for cell in cells)
    return sum(word in EXACT or word in SYNONYMS for word in words if word)
