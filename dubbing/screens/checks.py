"""What pre-flight found, as people see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from config.sizes import size_words
from dubbing.models import BatchItem, LinkCheck
from dubbing.services.preflight import ERROR, WARNING, link_findings
from dubbing.services.preflight.findings import Finding
from dubbing.states import VERDICT_BADGES, Badge, Group, Verdict
from dubbing.validators import format_timecode

FIELD_NAMES = {
    "media_url": "Link",
    "upload": "File",
    "file": "File",
    "title": "Title",
    "locale": "Spoken language",
    "languages": "Languages",
    "speakers_count": "Speakers",
    "start_time": "Start",
    "end_time": "End",
    "lips_model": "Lips",
    "project": "Project",
    "tags": "Tags",
    "reference": "Reference",
    "background_audio_url": "Background",
    "background_upload": "Background",
    "background_audio": "Background",
}


@dataclass(frozen=True)
class Line:
    """One finding; `url` leads to the other thing it is about."""

    group: Group
    icon: str
    weight: str
    where: str
    message: str
    url: str = ""


@dataclass(frozen=True)
class Fact:
    name: str
    value: str


def line_of(finding: dict[str, Any]) -> Line:
    level = finding.get("level")
    if level == ERROR:
        look = (Group.BROKEN, "x", "Must be mended")
    elif level == WARNING:
        look = (Group.SLOW, "alert-triangle", "Look at it")
    else:
        look = (Group.DONE, "info-circle", "Good to know")
    message = finding["message"]
    where = field_name(finding.get("field", ""))
    if message.startswith(where):
        where = ""  # the sentence says it already: “Subtitles in German: …”
    return Line(*look, where, message, _url_of(finding.get("other")))


def field_name(field: str) -> str:
    if field.endswith(".srt"):
        return "Subtitles"
    return FIELD_NAMES.get(field, "")


def _url_of(other: dict[str, str] | None) -> str:
    if not other:
        return ""
    if other["kind"] == "asset":
        return reverse("dubbing:asset-detail", args=[other["id"]])
    return reverse("dubbing:batch-item", args=[other["batch"], other["id"]])


@dataclass(frozen=True)
class ItemChecks:
    item: BatchItem

    @property
    def badge(self) -> Badge:
        return VERDICT_BADGES[Verdict(self.item.verdict)]

    @property
    def is_moving(self) -> bool:
        return bool(self.item.verdict == Verdict.CHECKING)

    @property
    def revision(self) -> str:
        item = self.item
        return f"{item.revision}-{item.verdict}-{item.checked_at and item.checked_at.timestamp()}"

    @property
    def url(self) -> str:
        return reverse("dubbing:item-checks", args=[self.item.batch_id, self.item.pk])

    @property
    def lines(self) -> list[Line]:
        """Faults of the rules first, then what pre-flight found; nothing twice."""
        faults = [
            {"level": ERROR, "field": name, "message": fault["message"]}
            for name, found in self.item.faults.items()
            for fault in found
        ]
        told = {fault["message"] for fault in faults}
        others = [one for one in self.item.findings if one["message"] not in told]
        return [line_of(one) for one in [*faults, *others]]

    @property
    def facts(self) -> list[Fact]:
        return facts_of(self.item.facts)


def facts_of(known: dict[str, Any]) -> list[Fact]:
    seconds = known.get("seconds") or known.get("duration")
    sound = known.get("sound") or {}
    told = [
        ("Length", format_timecode(Decimal(seconds)) if seconds else ""),
        ("Size", size_words(known["size"]) if known.get("size") else ""),
        ("Picture", _picture(known)),
        ("Sound", _sound(known)),
        ("Loudness", f"{sound['loudness']:g} LUFS" if sound.get("loudness") is not None else ""),
        ("Speech", _speech(sound)),
        ("Comes from", known.get("host", "")),
    ]
    return [Fact(name, value) for name, value in told if value]


def _picture(known: dict[str, Any]) -> str:
    if not known.get("width"):
        return ""
    return f"{known['width']} × {known['height']}, {known['video_codec']}"


def _sound(known: dict[str, Any]) -> str:
    tracks = known.get("audio_tracks")
    if not tracks:
        return "none" if tracks == 0 else ""
    return str(known["audio_codec"]) + (f", {tracks} tracks" if tracks > 1 else "")


def _speech(sound: dict[str, Any]) -> str:
    if sound.get("first_speech") is None:
        return ""
    begin = format_timecode(Decimal(str(round(sound["first_speech"]))))
    return f"{sound['speech_share']:.0%} of it, from {begin} on"


@dataclass(frozen=True)
class LinkLook:
    """What is known of an address while somebody types it; `problem`: it was not looked at."""

    address: str = ""
    check: LinkCheck | None = None
    problem: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.check is not None and self.check.checked_at is None

    @property
    def lines(self) -> list[Line]:
        if self.problem:
            return [line_of({"level": WARNING, "message": self.problem})]
        if self.check is None or self.is_waiting:
            return []
        # Beside the field itself nobody needs to be told which one it is about.
        return [line_of(finding.as_json() | {"field": ""}) for finding in self._findings]

    @property
    def _findings(self) -> list[Finding]:
        return list(link_findings(self.check)) if self.check is not None else []

    @property
    def is_fit(self) -> bool:
        return self.check is not None and bool(self.check.facts) and not self.is_waiting

    @property
    def summary(self) -> str:
        facts = facts_of(self.check.facts) if self.check is not None else []
        shown = [fact.value for fact in facts if fact.name in ("Length", "Size", "Picture")]
        return " · ".join(shown)
