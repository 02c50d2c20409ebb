"""Facts about media files, found in a limited subprocess: a broken or hostile file can end
that, never web or a worker.
"""

from __future__ import annotations

from dubbing.media.digests import sha256_of
from dubbing.media.facts import MediaFacts, NotMediaError
from dubbing.media.posters import make_poster
from dubbing.media.probing import probe_audio, probe_media

__all__ = [
    "MediaFacts",
    "NotMediaError",
    "make_poster",
    "probe_audio",
    "probe_media",
    "sha256_of",
]
