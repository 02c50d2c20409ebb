"""Many films as one download: chosen, named, fixed, fetched, forgotten. Import from here."""

from __future__ import annotations

from dubbing.services.downloads.choosing import (
    Choice,
    LeftOut,
    PlannedFile,
    choose_films,
    name_files,
)
from dubbing.services.downloads.fetching import (
    delete_archive,
    fetch_list,
    film_links,
    is_composed,
    part_link,
)
from dubbing.services.downloads.forgetting import forget_archives
from dubbing.services.downloads.making import (
    SMALLEST_PART_BYTES,
    make_archive,
    read_pattern,
    remembered_pattern,
)
from dubbing.services.downloads.preparing import prepare_archive

__all__ = [
    "SMALLEST_PART_BYTES",
    "Choice",
    "LeftOut",
    "PlannedFile",
    "choose_films",
    "delete_archive",
    "fetch_list",
    "film_links",
    "forget_archives",
    "is_composed",
    "make_archive",
    "name_files",
    "part_link",
    "prepare_archive",
    "read_pattern",
    "remembered_pattern",
]
