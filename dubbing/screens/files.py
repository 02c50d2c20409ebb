"""What lies in our storage for a video: what was given, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dubbing.models import Dubbing, Film
from dubbing.screens.asset import AssetScreen
from dubbing.services.links import film_link, source_link


@dataclass(frozen=True)
class FilmRow:
    film: Film
    url: str
    """Empty for who may not download, and while there is no copy."""

    @property
    def language(self) -> str:
        return str(self.film.version.dubbing.locale.name)


@dataclass(frozen=True)
class FilesScreen:
    screen: AssetScreen

    @property
    def may_download(self) -> bool:
        return self.screen.may_download

    @property
    def source_url(self) -> str:
        if not self.may_download:
            return ""
        return source_link(asset=self.screen.asset, member=self._member, attachment=True)

    @property
    def source_sha256(self) -> str:
        return str(self.screen.asset.facts.get("sha256", ""))

    @cached_property
    def subtitles(self) -> list[Dubbing]:
        return [row.dubbing for row in self.screen.rows if row.dubbing.srt]

    @cached_property
    def films(self) -> list[FilmRow]:
        rows = Film.objects.filter(asset=self.screen.asset).select_related(
            "asset", "version__dubbing__locale"
        )
        ordered = rows.order_by("version__dubbing__locale__name", "-version", "-generation")
        return [FilmRow(film, self._url(film)) for film in ordered]

    def _url(self, film: Film) -> str:
        if not film.is_stored or not self.may_download:
            return ""
        return film_link(film=film, member=self._member, attachment=True)

    @property
    def _member(self) -> str:
        return str(self.screen.membership.user_id)
