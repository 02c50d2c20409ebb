from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File

from dubbing.media import NotMediaError, make_poster
from dubbing.models import Asset


def make_source_poster(*, asset: Asset) -> None:
    """A picture from the asset's own file. Not saved; a video without one goes on without."""
    _set_poster(asset, Path(asset.media_file.path))


def make_film_poster(*, asset: Asset, film: Path) -> bool:
    """For a video given by address: the first finished film shows what it looks like."""
    if asset.poster:
        return False
    _set_poster(asset, film)
    if asset.poster:
        Asset.objects.filter(pk=asset.pk).update(poster=asset.poster.name)
    return bool(asset.poster)


def _set_poster(asset: Asset, video: Path) -> None:
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        target = Path(folder) / "poster.jpg"
        try:
            make_poster(video, target, at=asset.start_time if asset.media_file else None)
        except NotMediaError:
            return
        with target.open("rb") as picture:
            asset.poster.save("poster.jpg", File(picture), save=False)
