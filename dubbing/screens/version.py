"""The page of one dub: how far it is, its films, and which buttons are legal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import Membership
from dubbing.models import Asset, Dubbing, Film, OutboxMessage, Version
from dubbing.screens.asset import MOVING_STATUSES, Failure, explain_failure, is_look_due
from dubbing.screens.buttons import Button
from dubbing.screens.notes import NotesScreen, notes_of
from dubbing.screens.permissions import MemberMay
from dubbing.screens.review import ReviewScreen
from dubbing.screens.road import Pace, Step, pace_of, road_of
from dubbing.screens.sends import Trouble, find_troubles
from dubbing.screens.waiting import waiting_revision
from dubbing.services.links import film_link, source_link
from dubbing.services.versions import (
    SIGNED_LINK,
    is_made_in_studio,
    why_not_generate,
    why_not_open,
    why_not_revise,
)
from dubbing.states import (
    BADGES,
    MOVING_STAGES,
    VERSION_STAGES,
    Badge,
    FilmState,
    MessageState,
    ReviewState,
    Stage,
    VersionStatus,
)


@dataclass(frozen=True)
class VersionScreen(MemberMay):
    version: Version
    membership: Membership

    @property
    def asset(self) -> Asset:
        return self.version.asset

    @property
    def dubbing(self) -> Dubbing:
        return self.version.dubbing

    @property
    def member(self) -> str:
        return str(self.membership.user_id)

    @cached_property
    def badge(self) -> Badge:
        return BADGES[self.stage]

    @property
    def meaning(self) -> str:
        """The state in a sentence; a word that is not known stands in it as it came."""
        said = self.version.raw_status if self.stage == Stage.UNKNOWN else ""
        return (
            f"Panjaya calls it “{said}”, a word this desk does not know."
            if said
            else (self.badge.meaning)
        )

    @property
    def is_current(self) -> bool:
        return self.dubbing.current_id in (None, self.version.pk)

    @cached_property
    def stage(self) -> Stage:
        """The dubbing's stage belongs to its current version; another one shows its own."""
        if self.is_current:
            return Stage(self.dubbing.stage)
        return VERSION_STAGES[VersionStatus(self.version.status)]

    @cached_property
    def versions(self) -> list[Version]:
        return list(Version.objects.filter(dubbing=self.dubbing).order_by("-number"))

    @property
    def current(self) -> Version | None:
        """The one that counts, where this is another."""
        others = [one for one in self.versions if one.pk == self.dubbing.current_id]
        return None if self.is_current else next(iter(others), None)

    @property
    def newer(self) -> Version | None:
        return self.versions[0] if self.versions[0].pk != self.version.pk else None

    @cached_property
    def films(self) -> list[Film]:
        rows = Film.objects.filter(version=self.version).order_by("-generation")
        return list(rows.select_related("asset", "version__dubbing"))

    @property
    def stored_films(self) -> list[Film]:
        return [film for film in self.films if film.is_stored]

    @property
    def film(self) -> Film | None:
        """The newest film we hold, whether or not Panjaya still has it."""
        return self.stored_films[0] if self.stored_films else None

    @property
    def older_films(self) -> list[Film]:
        return [film for film in self.stored_films if film != self.shown_film]

    @property
    def film_is_current(self) -> bool:
        completed = self.version.status == VersionStatus.COMPLETED
        return completed and self.film is not None and self._is_newest(self.film)

    def _is_newest(self, film: Film) -> bool:
        return bool(film.generation == self.version.generation)

    @property
    def copy_under_way(self) -> Film | None:
        """The film that is still to be brought home."""
        return next((film for film in self.films if film.state == FilmState.WANTED), None)

    @property
    def player_url(self) -> str:
        """Our copy; Panjaya's own for the moments before it; empty while there is no film."""
        if self.shown_film is not None:
            return film_link(film=self.shown_film, member=self.member)
        if self.version.status == VersionStatus.COMPLETED:
            return reverse("dubbing:version-result", args=[self.version.pk])
        return ""

    @property
    def shown_film(self) -> Film | None:
        """Our copy that the player plays; none while it plays Panjaya's own, or nothing."""
        return self.film if self.film_is_current or self.copy_under_way is None else None

    @property
    def player_key(self) -> str:
        """Changes when another film is to be played, and only then."""
        return f"player-{self.shown_film.pk if self.shown_film else self.version.generation}"

    @property
    def player_preload(self) -> str:
        """Panjaya's link is made when somebody presses play, not before."""
        return "metadata" if self.shown_film else "none"

    @property
    def source_url(self) -> str:
        return source_link(asset=self.asset, member=self.member) or self.asset.media_url

    @cached_property
    def is_sending(self) -> bool:
        open_states = [MessageState.WAITING, MessageState.SENDING]
        messages = OutboxMessage.objects.filter(version=self.version, state__in=open_states)
        return bool(messages.exists())

    @property
    def generate(self) -> Button:
        return Button(self._busy or why_not_generate(self.version))

    @property
    def revise(self) -> Button:
        return Button(self._busy or why_not_revise(self.version))

    @property
    def studio(self) -> Button:
        return Button(why_not_open(self.version))

    @property
    def download(self) -> Button:
        if self.shown_film or self.version.status == VersionStatus.COMPLETED:
            return Button("")
        return Button("There is no film yet.")

    @property
    def _busy(self) -> str:
        if self.is_sending:
            return "A command is on its way to Panjaya."
        if any(trouble.is_unconfirmed for trouble in self.troubles):
            return "First decide about the command whose outcome is unknown, above."
        return ""

    @property
    def main_action(self) -> str:
        """Which button carries the accent: the next step of the work."""
        if self.review.is_my_turn:
            return "approve"
        if self.dubbing.review == ReviewState.REVISION_ASKED:
            return self._way_to_mend()
        if self.may_produce and self.generate.is_legal:
            return "generate"
        if self.may_edit and is_made_in_studio(self.version):
            return "studio"
        if self.may_download and self.film_is_current:
            return "download"
        failed = self.version.status == VersionStatus.FAILED
        return "revise" if failed and self.may_produce and self.revise.is_legal else ""

    def _way_to_mend(self) -> str:
        """What somebody asked for is mended in the studio; a finished film is reopened for it."""
        if self.may_produce and self.revise.is_legal:
            return "revise"
        return "studio" if self.may_edit and self.studio.is_legal else ""

    @property
    def studio_needs_login(self) -> bool:
        """Panjaya makes no links that open by themselves."""
        return self.asset.connection.lacks(SIGNED_LINK)

    @property
    def failure(self) -> Failure | None:
        if self.version.status != VersionStatus.FAILED:
            return None
        return explain_failure(self.version.error_code, self.version.error_message)

    @cached_property
    def troubles(self) -> list[Trouble]:
        found = find_troubles(self.asset, [self.dubbing])
        return [trouble for trouble in found if trouble.message.version_id == self.version.pk]

    @cached_property
    def steps(self) -> list[Step]:
        return road_of(self.version, self.dubbing)

    @cached_property
    def pace(self) -> Pace | None:
        return pace_of(self.dubbing) if self.is_current else None

    @cached_property
    def review(self) -> ReviewScreen:
        return ReviewScreen(self.dubbing, self.version, self.membership)

    @cached_property
    def notes(self) -> NotesScreen:
        return notes_of(self.dubbing, self.membership)

    @property
    def is_overdue(self) -> bool:
        return bool(self.dubbing.is_overdue)

    @cached_property
    def is_moving(self) -> bool:
        return (
            self.asset.status in MOVING_STATUSES
            or self.stage in MOVING_STAGES
            or self.copy_under_way is not None
            or self.is_sending
            or is_look_due(self.asset)
        )

    @property
    def revision(self) -> str:
        waiting = [(str(trouble.message.pk), trouble.message.attempts) for trouble in self.troubles]
        copied = [(str(film.pk), film.state, film.attempts) for film in self.films]
        shown = (
            self.asset.revision,
            self.asset.checked_at,
            self.is_moving,
            self.membership.role,
            waiting,
            waiting_revision(self.asset, self.version),
            copied,
            self.pace and self.pace.is_late,
            self.is_overdue,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
