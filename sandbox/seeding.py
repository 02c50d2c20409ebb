"""Assets that were never sent: a demonstration begins with a past.

They come with ids of the giver's own, all with the same mark in front, and in the states it names.
All of them show one short talking video. Nothing of it goes into the ledger, nothing is announced;
whatever is asked of them afterwards works as on any other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sandbox.commands import GENERATE_SECONDS, PREPARE_SECONDS
from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.sample import SHORT_SECONDS, SHORT_SIZE, make_talking_video, sample_srt
from sandbox.states import AssetStatus, FailureCode, JobKind, VersionStatus
from sandbox.store.jobs import add_job
from sandbox.store.seeds import SeededAsset, SeededVersion, add_seed, forget_seeds

MARK = "seed_"
_JOBS = {
    VersionStatus.NOT_READY: (JobKind.PREPARE, PREPARE_SECONDS),
    VersionStatus.GENERATING: (JobKind.GENERATE, GENERATE_SECONDS),
}
Word = TypeVar("Word", AssetStatus, VersionStatus, FailureCode)


def sow(here: Installation, entries: Collection[Mapping[str, Any]]) -> int:
    """Returns how many were new; those that are here already stay as they have become."""
    film = _film(here)
    added = 0
    with here.database.transaction():
        for entry in entries:
            seed = _read_asset(here, entry)
            if add_seed(here.database, seed, source=film, seconds=SHORT_SECONDS, size=SHORT_SIZE):
                added += 1
                _owe_what_moves(here, entry)
    here.wake.call()
    return added


def weed(here: Installation) -> int:
    """Returns how many assets went. The video stays for the next ones."""
    with here.database.transaction():
        return forget_seeds(here.database, MARK)


def _film(here: Installation) -> Path:
    film = here.media_dir / "seed.mp4"
    if not film.exists():
        unfinished = film.with_suffix(".part.mp4")
        make_talking_video(unfinished, sample_srt("en-US"), seconds=SHORT_SECONDS, size=SHORT_SIZE)
        unfinished.rename(film)
    return film


def _read_asset(here: Installation, entry: Mapping[str, Any]) -> SeededAsset:
    try:
        return SeededAsset(
            id=_marked(entry["id"]),
            name=str(entry["name"]),
            locale=str(entry["locale"]),
            callback_url=entry.get("callback_url"),
            status=_word(here.dialect.asset_words, entry["status"]),
            code=_code(here, entry),
            message=str(entry.get("message", "")),
            versions=tuple(_read_version(here, version) for version in entry["versions"]),
        )
    except (KeyError, TypeError) as error:
        raise ApiError(400, f"a seed lacks something or is of another kind: {error}") from None


def _read_version(here: Installation, entry: Mapping[str, Any]) -> SeededVersion:
    return SeededVersion(
        id=_marked(entry["id"]),
        dubbing_id=_marked(entry["dubbing_id"]),
        locale=str(entry["locale"]),
        status=_word(here.dialect.version_words, entry["status"]),
        code=_code(here, entry),
        message=str(entry.get("message", "")),
    )


def _owe_what_moves(here: Installation, entry: Mapping[str, Any]) -> None:
    """Those with `moves_after` go on by themselves so many seconds later; the others stand."""
    for version in entry["versions"]:
        seconds = version.get("moves_after")
        job = _JOBS.get(_word(here.dialect.version_words, version["status"]))
        if seconds is not None and job is not None:
            kind, own_seconds = job
            wait = float(seconds) + own_seconds * here.settings.pace
            add_job(here.database, kind, version["id"], after_seconds=wait)


def _code(here: Installation, entry: Mapping[str, Any]) -> FailureCode | None:
    """A code that no page documents is told as the sandbox's own."""
    if not entry.get("code"):
        return None
    found = [code for code, word in here.dialect.code_words.items() if word == entry["code"]]
    return found[0] if found else FailureCode.GENERATION_FAILED


def _word(words: Mapping[Word, str], given: object) -> Word:
    for status, word in words.items():
        if word == given:
            return status
    raise ApiError(400, f"{given!r} is none of {', '.join(words.values())}")


def _marked(given: object) -> str:
    if not isinstance(given, str) or not given.startswith(MARK) or len(given) > 80:
        raise ApiError(400, f"ids of seeds begin with {MARK} and have at most 80 characters")
    return given
