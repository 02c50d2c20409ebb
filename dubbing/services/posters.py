from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.files import File

from dubbing.media import NotMediaError, make_poster
from dubbing.models import Asset


def make_source_poster(*, asset: Asset, video: Path) -> None:
    """A picture from the asset's own file, while that is still on this machine's disk.

    The asset is not saved; a video without a picture goes on without.
    """
    _set_poster(asset, video, at=asset.start_time)


def make_film_poster(*, asset: Asset, film: Path) -> bool:
    """For a video given by address: the first finished film shows what it looks like."""
    if asset.poster:
        return False
    _set_poster(asset, film, at=None)
    if asset.poster:
        Asset.objects.filter(pk=asset.pk).update(poster=asset.poster.name)
    return bool(asset.poster)


def _set_poster(asset: Asset, video: Path, *, at: Decimal | None) -> None:
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        target = Path(folder) / "poster.jpg"
        try:
            make_poster(video, target, at=at)
        except NotMediaError:
            return
        with target.open("rb") as picture:
            asset.poster.save("poster.jpg", File(picture), save=False)
