"""The page of one command of which nobody knows whether it arrived."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.remote.types import AssetSnapshot
from dubbing.services.candidates import Candidates
from dubbing.states import Kind, MessageState


@dataclass(frozen=True)
class OutcomeScreen:
    message: OutboxMessage
    candidates: Candidates | None = None
    fault: str = ""

    @property
    def asset(self) -> Asset:
        return self.message.asset

    @property
    def kind(self) -> str:
        return Kind(self.message.kind).label

    @property
    def is_creation(self) -> bool:
        return self.message.kind == Kind.CREATE

    @property
    def is_undecided(self) -> bool:
        return self.message.state == MessageState.UNCONFIRMED

    @property
    def is_settled_well(self) -> bool:
        return self.message.state == MessageState.DONE

    @property
    def url(self) -> str:
        """The page of what it is about."""
        if self.message.version_id:
            return reverse("dubbing:version-detail", args=[self.message.version_id])
        return reverse("dubbing:asset-detail", args=[self.message.asset_id])

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What the command said, as far as it helps to recognise it."""
        facts = [("Video", self.asset.title), ("Languages", ", ".join(self._languages))]
        if self.is_creation:
            source = self.asset.media_url or self.asset.media_name
            facts += [("Source", source), ("Spoken", str(self.asset.locale))]
        return [(name, value) for name, value in facts if value]

    @property
    def _languages(self) -> list[str]:
        if self.message.version is not None:
            return [str(self.message.version.dubbing.locale.name)]
        keys = self.message.payload.get("dubbings", [])
        rows = Dubbing.objects.filter(pk__in=keys).order_by("locale__name")
        return list(rows.values_list("locale__name", flat=True))


def languages_of(entry: AssetSnapshot) -> str:
    return ", ".join(dubbing.locale for dubbing in entry.dubbings if dubbing.locale)
