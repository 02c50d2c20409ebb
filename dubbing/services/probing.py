"""Free looks at an engine: is this the API, does it take the key, are its words understood?

Only reads are made, never a call that could be paid for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import (
    BadAnswerError,
    GoneError,
    KeyRejectedError,
    LimitError,
    RejectedError,
    RemoteError,
)
from dubbing.remote.types import AssetPage, AssetSnapshot, AssetWord, VersionSnapshot, VersionWord
from dubbing.remote.wire import WireProfile
from dubbing.states import CheckResult

Evidence = dict[str, Any]
MakeClient = Callable[[WireProfile], RemoteClient]


@dataclass(frozen=True)
class Probe:
    """What a look came to: the result, a sentence for people, and what was seen."""

    result: CheckResult
    detail: str
    evidence: Evidence = field(default_factory=dict)


def probe_list(client: RemoteClient) -> Probe:
    """One GET of the list."""
    return _probe_list(client)[0]


def probe_engine(make_client: MakeClient, profile: WireProfile) -> Probe:
    """The list, how it turns pages, and its first asset and version: at most five GETs."""
    client = make_client(profile)
    probe, page = _probe_list(client)
    if page is None:
        return probe
    evidence = dict(probe.evidence)
    evidence["paging"] = _probe_paging(make_client, profile, page)
    if page.items:
        evidence |= _probe_first(client, page.items[0])
    return replace(probe, evidence=evidence)


def _probe_list(client: RemoteClient) -> tuple[Probe, AssetPage | None]:
    try:
        page = client.list_assets()
    except RemoteError as error:
        result = CheckResult.UNVERIFIED
        if isinstance(error, KeyRejectedError):
            result = CheckResult.REFUSED
        return Probe(result, explain_refusal(error)), None
    told = {
        "items": len(page.items),
        "total": page.total,
        "unknown_words": _unknown_words(page.items),
    }
    if not page.items and page.total:
        reason = (
            f"The list says that it holds {page.total} videos, but none could be read: the names "
            "of its fields differ. See “reads” in the connection’s profile."
        )
        return Probe(CheckResult.UNVERIFIED, reason, {"list": told}), None
    detail = f"The list was read: {_videos(page.total, len(page.items))}."
    return Probe(CheckResult.ACCEPTED, detail, {"list": told}), page


def _videos(total: int | None, read: int) -> str:
    count = read if total is None else total
    return f"{count} video{'' if count == 1 else 's'}"


def _unknown_words(assets: tuple[AssetSnapshot, ...]) -> list[str]:
    unknown = {a.raw_status for a in assets if a.status is AssetWord.UNKNOWN and a.raw_status}
    return sorted(unknown)


def explain_refusal(error: RemoteError) -> str:
    """Why the list could not be read, and where to look."""
    match error:
        case KeyRejectedError():
            return f"Panjaya does not accept this key. It said: {error}"
        case LimitError():
            return f"The account may not read its list (403). Panjaya said: {error}"
        case GoneError():
            return (
                "Something answers there, but it knows no list of videos (404). Check the base "
                "address; the path stands in the connection’s profile."
            )
        case RejectedError():
            return f"The list was refused. Panjaya said: {error}"
        case BadAnswerError():
            return (
                f"Something answers there, but not as Panjaya’s API would: {error} Check the base "
                "address; names of fields stand in the connection’s profile."
            )
    return f"Nothing could be found out just now: {error}"


def _probe_paging(make_client: MakeClient, profile: WireProfile, page: AssetPage) -> str:
    """Turns two pages of one video each: `works`, `differs`, or empty where nothing shows it."""
    if len(page.items) < 2:
        return ""
    client = make_client(replace(profile, page_size=1))
    try:
        one, two = client.list_assets(1), client.list_assets(2)
    except RemoteError:
        return "differs"
    first, second = ([asset.remote_id for asset in found.items] for found in (one, two))
    turned = len(first) == len(second) == 1 and first != second
    return "works" if turned else "differs"


def _probe_first(client: RemoteClient, listed: AssetSnapshot) -> Evidence:
    try:
        asset = client.get_asset(listed.remote_id)
    except RemoteError as error:
        return {"asset": {"problem": str(error)}}
    evidence: Evidence = {"asset": _seen_of_asset(asset)}
    versions = [*asset.loose_versions]
    versions += [version for dubbing in asset.dubbings for version in dubbing.versions or ()]
    if versions:
        evidence["version"] = _probe_version(client, versions[0])
    return evidence


def _seen_of_asset(asset: AssetSnapshot) -> Evidence:
    placed = sum(len(dubbing.versions or ()) for dubbing in asset.dubbings)
    told = {"locale": asset.locale, "name": asset.name, "duration": asset.duration}
    return {
        "status": asset.raw_status,
        "is_known": asset.status is not AssetWord.UNKNOWN,
        "dubbings": len(asset.dubbings),
        "versions": placed + len(asset.loose_versions),
        "fields": [name for name, value in told.items() if value not in ("", None)],
    }


def _probe_version(client: RemoteClient, listed: VersionSnapshot) -> Evidence:
    try:
        version = client.get_version(listed.remote_id)
    except RemoteError as error:
        return {"problem": str(error)}
    return {
        "status": version.raw_status,
        "is_known": version.status is not VersionWord.UNKNOWN,
        "studio_url": bool(version.studio_url),
        "result_url": bool(version.result_url),
    }
