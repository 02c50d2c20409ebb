"""The page of one video: its languages, what went wrong, and what may be done now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from dubbing.models import Asset, Dubbing, Film, Version
from dubbing.screens.permissions import MemberMay
from dubbing.screens.sends import Trouble, find_troubles
from dubbing.screens.waiting import held_dubbings, waiting_revision
from dubbing.services.links import film_link
from dubbing.services.pilots import why_not_promote
from dubbing.services.refresh import ask_refresh
from dubbing.services.versions import is_made_in_studio, why_not_generate, why_not_revise
from dubbing.states import (
    ASSET_STAGES,
    BADGES,
    BROKEN_STAGES,
    MOVING_STAGES,
    SPEND_BADGES,
    AssetStatus,
    Badge,
    FilmState,
    LipsModel,
    SpendState,
    Stage,
    VersionStatus,
    failure_words,
)

HELD = SPEND_BADGES[SpendState.HELD]
PEOPLE = ("owner", "reviewer", "reviewed_by")
LOOK_AGAIN_AFTER = timedelta(seconds=60)
LOOK_AGAIN_ON_RETURN = timedelta(seconds=5)
SETTLED_STAGES = BROKEN_STAGES | {Stage.FINISHED}
MOVING_STATUSES = frozenset({AssetStatus.SENDING, AssetStatus.PROCESSING})


@dataclass(frozen=True)
class Failure:
    """Why it failed: in our words, what to do, and what Panjaya itself said."""

    reason: str
    advice: str
    own_words: str


def explain_failure(code: str, own_words: str) -> Failure:
    return Failure(*failure_words(code), " · ".join(filter(None, (code, own_words))))


@dataclass(frozen=True)
class LanguageRow:
    """One language with its current version."""

    dubbing: Dubbing
    version: Version | None
    versions: int
    film: Film | None
    film_url: str
    may_produce: bool
    may_edit: bool
    is_held: bool

    @property
    def badge(self) -> Badge:
        return HELD if self.is_held else BADGES[Stage(self.dubbing.stage)]

    @property
    def is_overdue(self) -> bool:
        return bool(self.dubbing.is_overdue)

    @property
    def others(self) -> int:
        return self.versions - 1

    @property
    def error(self) -> str:
        if self.dubbing.error_message:
            return str(self.dubbing.error_message)
        if self.version is None:
            return ""
        if self.dubbing.stage == Stage.UNKNOWN and self.version.raw_status:
            return f"Panjaya calls it “{self.version.raw_status}”"
        return str(self.version.error_message)

    @property
    def action(self) -> str:
        """The one thing to do next: `generate`, `studio`, `download`, `reopen` or nothing."""
        if self.version is None or self.dubbing.stage == Stage.SENDING:
            return ""
        is_asked = self.dubbing.stage == Stage.REVISION_ASKED
        if self.may_produce and not is_asked and not why_not_generate(self.version):
            return "generate"
        if self.may_edit and is_made_in_studio(self.version):
            return "studio"
        if self.film_url and self.version.status == VersionStatus.COMPLETED:
            return "download"
        failed = self.version.status == VersionStatus.FAILED
        return "reopen" if self.may_produce and failed and not why_not_revise(self.version) else ""


@dataclass(frozen=True)
class AssetScreen(MemberMay):
    asset: Asset
    membership: Membership

    @cached_property
    def rows(self) -> list[LanguageRow]:
        films = self._films()
        return [self._row(dubbing, films) for dubbing in self._dubbings]

    @cached_property
    def _dubbings(self) -> list[Any]:
        found = self.asset.dubbings.select_related(*PEOPLE, "locale").prefetch_related("versions")
        return sorted(found, key=lambda dubbing: dubbing.locale.name)

    def _films(self) -> dict[Any, Film]:
        """The newest stored film of each version."""
        stored = Film.objects.stored().filter(asset=self.asset).order_by("generation")
        rows = stored.select_related("asset", "version__dubbing")
        return {film.version_id: film for film in rows}

    def _row(self, dubbing: Any, films: dict[Any, Film]) -> LanguageRow:
        versions = dubbing.versions.all()
        version = next((one for one in versions if one.pk == dubbing.current_id), None)
        if version is not None:
            # It is here already: asking for it per row would cost a query each.
            version.asset = self.asset
        film = films.get(version.pk) if version else None
        member = str(self.membership.user_id)
        url = ""
        if film is not None and self.may_download:
            url = film_link(film=film, member=member, attachment=True)
        may = self.may_produce, self.may_edit
        is_held = str(dubbing.pk) in self._held
        return LanguageRow(dubbing, version, len(versions), film, url, *may, is_held)

    @cached_property
    def _held(self) -> frozenset[str]:
        is_sending = any(dubbing.stage == Stage.SENDING for dubbing in self._dubbings)
        return held_dubbings(self.asset) if is_sending else frozenset()

    @cached_property
    def troubles(self) -> list[Trouble]:
        return find_troubles(self.asset, self._dubbings)

    @cached_property
    def full_run(self) -> Asset | None:
        return getattr(self.asset, "full_run", None) if self.asset.is_pilot else None

    @property
    def may_promote(self) -> bool:
        return self.may_produce and self.full_run is None and not why_not_promote(self.asset)

    @property
    def status(self) -> AssetStatus:
        return AssetStatus(self.asset.status)

    @property
    def badge(self) -> Badge | None:
        """The video's own state, while it says more than its languages do."""
        if self.status == AssetStatus.SENDING and self._held:
            return HELD
        return None if self.status == AssetStatus.READY else BADGES[ASSET_STAGES[self.status]]

    @property
    def failure(self) -> Failure | None:
        if self.status != AssetStatus.FAILED:
            return None
        return explain_failure(self.asset.error_code, self.asset.error_message)

    @property
    def lips_model(self) -> str:
        given = self.asset.lips_model
        return LipsModel(given).label if given else "Left to Panjaya"

    @property
    def why_not_add(self) -> str:
        if self.asset.can_add_languages:
            return ""
        if self.status == AssetStatus.FAILED:
            return "Panjaya could not use this video, so no language can be added to it."
        return "Languages can be added once Panjaya has taken the video."

    @cached_property
    def is_moving(self) -> bool:
        """Whether something will change without anybody here doing anything."""
        return (
            self.status in MOVING_STATUSES
            or any(dubbing.stage in MOVING_STAGES for dubbing in self._dubbings)
            or is_look_due(self.asset)
            or Film.objects.filter(asset=self.asset, state=FilmState.WANTED).exists()
        )

    @property
    def revision(self) -> str:
        """The same as long as the page would look the same to this member."""
        waiting = [(str(trouble.message.pk), trouble.message.attempts) for trouble in self.troubles]
        shown = (
            self.asset.revision,
            self.asset.checked_at,
            self.is_moving,
            self.membership.role,
            waiting,
            waiting_revision(self.asset),
            self.full_run and self.full_run.pk,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def is_look_due(asset: Asset) -> bool:
    due = asset.refresh_due_at
    return due is not None and due <= timezone.now()


def look_again_if_old(asset: Asset, *, came_back: bool = False) -> None:
    """Somebody looks at the page: a state that may have changed is asked for anew.

    `came_back`: from another tab, perhaps from the studio, where they changed it themselves.
    """
    stages = set(asset.dubbings.values_list("stage", flat=True))
    if asset.status == AssetStatus.FAILED or (stages and stages <= SETTLED_STAGES):
        return
    patience = LOOK_AGAIN_ON_RETURN if came_back else LOOK_AGAIN_AFTER
    if asset.checked_at is None or timezone.now() - asset.checked_at > patience:
        ask_refresh(asset=asset)
        asset.refresh_from_db(fields=["remote_id", "refresh_due_at"])
