"""What this desk assumes of an engine, and how far each assumption has proved true.

Nothing is asked here: the evidence is what checks have written on the connection, and what the
team's own videos, commands, films and callbacks have shown since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dubbing.models import Connection
from dubbing.services.reachability import why_no_callbacks
from dubbing.services.sightings import Sent, Sightings, Told, read_sightings
from dubbing.states import (
    FINDING_BADGES,
    AssetStatus,
    Badge,
    CheckResult,
    Event,
    FailureCode,
    Finding,
    Kind,
    MessageState,
    VersionStatus,
)

MOST_WORDS = 8
NOTHING_SENT = "Nothing of the kind was sent yet."


@dataclass(frozen=True)
class Assumption:
    """`mend`: where in the connection's profile it is put right."""

    what: str
    finding: Finding
    evidence: str
    mend: str = ""
    can_retry: bool = False
    """Whether a learnt absence can be forgotten, so that the next press tries the call anew."""

    @property
    def badge(self) -> Badge:
        return FINDING_BADGES[self.finding]


def report_assumptions(connection: Connection) -> list[Assumption]:
    questions: tuple[Callable[[Connection, Sightings], Assumption], ...] = (
        _list, _paging, _asset_fields, _asset_words, _failure_words, _version_words,
        _create, _upload, _add_languages, _lips, _generate, _revise, _studio, _films,
        _callbacks, _events,
    )  # fmt: skip
    seen = read_sightings(connection)
    return [question(connection, seen) for question in questions]


# --- What the engine tells -------------------------------------------------------------------
def _list(connection: Connection, seen: Sightings) -> Assumption:
    finding = {
        CheckResult.ACCEPTED: Finding.WORKS,
        CheckResult.UNCHECKED: Finding.UNKNOWN,
    }.get(CheckResult(connection.check_result), Finding.DIFFERS)
    evidence = connection.check_detail or "It was not asked for yet."
    return Assumption("The list can be read", finding, evidence, "calls.list, reads.items")


def _paging(connection: Connection, seen: Sightings) -> Assumption:
    found = connection.evidence.get("paging")
    mend = "writes.page, writes.offset, writes.page_size, reads.next_page"
    what = "The list turns its pages"
    if found == "works":
        return Assumption(what, Finding.WORKS, "Two pages of one video each were read.", mend)
    if found == "differs":
        words = "Pages of one video each were asked for, and something else came."
        return Assumption(what, Finding.DIFFERS, words, mend)
    return Assumption(what, Finding.UNKNOWN, "It takes two videos there and a check.", mend)


def _asset_fields(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "The fields of a video are found", "calls.asset, reads.dubbings, reads.versions"
    found = connection.evidence.get("asset")
    if found is None:
        return Assumption(what, Finding.UNKNOWN, "No video was looked at by a check yet.", mend)
    if "problem" in found:
        return Assumption(what, Finding.DIFFERS, found["problem"], mend)
    also = ", ".join(["status", *found["fields"]]) if found["status"] else "no status"
    told = f"Read: {also}; {found['dubbings']} languages, {found['versions']} versions."
    whole = found["status"] and found["dubbings"] and found["versions"]
    return Assumption(what, Finding.WORKS if whole else Finding.DIFFERS, told, mend)


def _asset_words(connection: Connection, seen: Sightings) -> Assumption:
    listed = connection.evidence.get("list", {}).get("unknown_words", [])
    told = [*seen.assets, *(Told(AssetStatus.UNKNOWN, word) for word in listed)]
    return _words("The states of videos are known", told, AssetStatus.UNKNOWN, "asset_words")


def _version_words(connection: Connection, seen: Sightings) -> Assumption:
    what = "The states of dubs are known"
    return _words(what, seen.versions, VersionStatus.UNKNOWN, "version_words")


def _failure_words(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "Causes of failure are known", "failure_words, reads.error_code"
    strange = [told.raw for told in seen.failures if told.word == FailureCode.UNKNOWN]
    if strange:
        return Assumption(what, Finding.DIFFERS, f"Not known: {_listed(strange)}.", mend)
    if seen.failures:
        known = _listed(told.word for told in seen.failures)
        return Assumption(what, Finding.WORKS, f"Seen so far: {known}.", mend)
    return Assumption(what, Finding.UNKNOWN, "No video has failed there yet.", mend)


def _words(what: str, told: list[Told], unknown: str, mend: str) -> Assumption:
    strange = [entry.raw for entry in told if entry.word == unknown]
    if strange:
        return Assumption(what, Finding.DIFFERS, f"Not known: {_listed(strange)}.", mend)
    if told:
        known = _listed(entry.raw for entry in told)
        return Assumption(what, Finding.WORKS, f"Seen so far: {known}.", mend)
    return Assumption(what, Finding.UNKNOWN, "None was told yet.", mend)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(set(words))[:MOST_WORDS])


# --- What the engine takes -------------------------------------------------------------------
def _create(connection: Connection, seen: Sightings) -> Assumption:
    rows = [sent for sent in seen.of_kind(Kind.CREATE) if not sent.is_upload]
    return _sent("A video is taken by link", seen, rows, "calls.create, writes")


def _upload(connection: Connection, seen: Sightings) -> Assumption:
    rows = [sent for sent in seen.of_kind(Kind.CREATE) if sent.is_upload]
    return _sent("A video is taken as a file", seen, rows, "calls.upload, writes.upload_…, writes")


def _add_languages(connection: Connection, seen: Sightings) -> Assumption:
    rows = seen.of_kind(Kind.ADD_LANGUAGES)
    return _sent("Languages are added", seen, rows, "calls.add_languages, writes.languages")


def _lips(connection: Connection, seen: Sightings) -> Assumption:
    """Most engines pass over a field whose name they do not know, so no refusal proves little."""
    rows = [sent for sent in seen.of_kind(Kind.CREATE) if sent.has_lips]
    found = _sent("The lips model is taken", seen, rows, "writes.lips_model, lips_words")
    if found.finding != Finding.WORKS:
        return found
    return replace(found, evidence=f"{found.evidence} Whether it was heeded, only the film shows.")


def _revise(connection: Connection, seen: Sightings) -> Assumption:
    return _sent("A dub can be reopened", seen, seen.of_kind(Kind.REVISE), "calls.revise")


def _generate(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "Films can be generated here", "calls.generate"
    if absent := _absence(connection, "generate"):
        evidence = f"{absent} Films are made in the studio instead."
        return Assumption(what, Finding.ABSENT, evidence, mend, _was_learnt(connection, "generate"))
    return _sent(what, seen, seen.of_kind(Kind.GENERATE), mend)


def _studio(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "Studio links open by themselves", "calls.studio_url, reads.studio_url"
    if absent := _absence(connection, "studio_url"):
        evidence = f"{absent} The studio’s plain link is used, which asks for a Panjaya login."
        learnt = _was_learnt(connection, "studio_url")
        return Assumption(what, Finding.ABSENT, evidence, mend, learnt)
    if "studio_url" in connection.evidence:
        return Assumption(what, Finding.WORKS, "A signed link was made.", mend)
    return Assumption(what, Finding.UNKNOWN, "Nobody has opened the studio from here yet.", mend)


def _was_learnt(connection: Connection, call: str) -> bool:
    return any(entry["call"] == call for entry in connection.absent_calls)


def _absence(connection: Connection, call: str) -> str:
    for entry in connection.absent_calls:
        if entry["call"] == call:
            return f"Tried on {entry['at'][:10]}: Panjaya answered {entry['status_code']}."
    return "The profile says that there is no such call." if connection.lacks(call) else ""


def _sent(what: str, seen: Sightings, rows: list[Sent], mend: str) -> Assumption:
    """What came of the newest command of a kind; a refusal may be about that one only."""
    done = seen.newest(rows, MessageState.DONE)
    refused = seen.newest(rows, MessageState.REFUSED)
    if done is not None:
        return Assumption(what, Finding.WORKS, f"It did on {done.settled_at:%-d %b %Y}.", mend)
    if refused is not None:
        return Assumption(what, Finding.DIFFERS, f"It was refused: {refused.reason}", mend)
    return Assumption(what, Finding.UNKNOWN, NOTHING_SENT, mend)


def _films(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "Finished films are copied", "reads.result_url"
    if seen.has_films:
        return Assumption(what, Finding.WORKS, "Films lie here, copied and checked.", mend)
    if seen.film_trouble:
        return Assumption(what, Finding.DIFFERS, seen.film_trouble, mend)
    return Assumption(what, Finding.UNKNOWN, "No film is finished yet.", mend)


# --- What the engine calls back ----------------------------------------------------------------
def _callbacks(connection: Connection, seen: Sightings) -> Assumption:
    what, mend = "Callbacks come, signed by a known key", "the public keys; PUBLIC_URL"
    if seen.last_callback_at is not None:
        form = seen.last_signature or "not noted"
        evidence = f"The last one came on {seen.last_callback_at:%-d %b %Y} (signature: {form})."
        return Assumption(what, Finding.WORKS, evidence, mend)
    if reason := why_no_callbacks(connection):
        evidence = f"None are asked for. {reason} Regular looks do their work."
        return Assumption(what, Finding.ABSENT, evidence, mend)
    evidence = "None was accepted yet. Refused ones stand in the log."
    return Assumption(what, Finding.UNKNOWN, evidence, mend)


def _events(connection: Connection, seen: Sightings) -> Assumption:
    what = "The events of callbacks are known"
    return _words(what, seen.events, Event.UNKNOWN, "event_words, reads.event")
