"""What the sandbox remembers, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.states import AssetStatus, FailureCode, LipsModel, VersionStatus


@dataclass(frozen=True)
class NewLanguage:
    locale: str
    srt: str | None


@dataclass(frozen=True)
class NewAsset:
    """A request that passed every check that needs no look at the media."""

    locale: str
    languages: tuple[NewLanguage, ...]
    media_url: str | None = None
    speakers: int | None = None
    start: float | None = None
    end: float | None = None
    callback_url: str | None = None
    lips_model: LipsModel | None = None
    background_audio_url: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class ReceivedFile:
    """An upload that lies in the data folder; `size` counts even what was over the limit."""

    path: str
    size: int
    name: str


@dataclass(frozen=True)
class Failure:
    code: FailureCode
    message: str


@dataclass(frozen=True)
class Asset:
    id: str
    status: AssetStatus
    failure: Failure | None
    locale: str
    name: str | None
    media_url: str | None
    speakers: int | None
    start: float | None
    end: float | None
    callback_url: str | None
    lips_model: LipsModel | None
    background_audio_url: str | None
    source_path: str | None
    source_size: int | None
    background_path: str | None
    background_size: int | None
    # Seconds and pixels; None until the media was looked at.
    duration: float | None
    width: int | None
    height: int | None

    @property
    def from_seconds(self) -> float:
        return self.start or 0.0

    @property
    def to_seconds(self) -> float:
        """Only of an asset whose media was looked at."""
        return min(self.end or float("inf"), self.duration or 0.0)


@dataclass(frozen=True)
class Version:
    id: str
    dubbing_id: str
    asset_id: str
    locale: str
    srt: str | None
    status: VersionStatus
    failure: Failure | None
    lips_model: LipsModel | None
    # Counts how often a film was asked for: a link to a film that was revised away stays dead.
    generation: int
    film_path: str | None


@dataclass(frozen=True)
class Dubbing:
    id: str
    locale: str
    versions: tuple[Version, ...]
