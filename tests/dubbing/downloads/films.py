"""Films whose sums are right, and downloads of them."""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import DownloadArchive, Dubbing, Film, Project, Version
from dubbing.services.actors import DESK
from dubbing.services.downloads import make_archive
from dubbing.states import VersionStatus
from edge.config import EdgeConfig
from edge.site import build_app
from tests.builders import make_asset, make_version
from tests.dubbing.pages.rows import make_film
from tests.edge.loopless import LooplessClient

FINISHED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SRT = "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n"


def make_finished(
    team: Team,
    title: str,
    locale: str = "de-DE",
    *,
    content: bytes = b"film",
    project: str = "",
    is_summed: bool = True,
    **changes: Any,
) -> Film:
    """A dub with its film in the storage."""
    with all_teams("test"):
        group = Project.objects.get_or_create(team=team, name=project)[0] if project else None
    asset = make_asset(team, title=title, project=group)
    version = make_version(asset, locale, VersionStatus.COMPLETED)
    film = make_film(version, content=content)
    with all_teams("test"):
        Version.objects.filter(pk=version.pk).update(completed_at=FINISHED)
        Dubbing.objects.filter(pk=version.dubbing_id).update(**changes)
        film.sha256 = hashlib.sha256(content).hexdigest()
        film.crc32 = zlib.crc32(content) if is_summed else None
        film.save()
    return film


def download(team: Team, **changes: Any) -> DownloadArchive:
    """Of all dubs of the team."""
    given: dict[str, Any] = {
        "pattern": "{project}/{video}_{locale}_v{version}_{date}",
        "actor": DESK,
    } | changes
    with team_scope(team.id):
        given.setdefault("dubbings", Dubbing.objects.all())
        return make_archive(team=team, **given)


def edge_client() -> LooplessClient:
    """Edge as it would be beside this desk."""
    config = EdgeConfig(
        str(settings.SECRET_KEY),
        Path(settings.MEDIA_ROOT),
        "",
        Path(settings.UPLOAD_DIR),
        plan_dir=Path(settings.PLAN_DIR),
    )
    return LooplessClient(build_app(config))


def fetch(link: str, **headers: str) -> bytes:
    path = link.removeprefix(str(settings.EDGE_URL))
    answer = edge_client().get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.is_success, answer.text
    return answer.content
