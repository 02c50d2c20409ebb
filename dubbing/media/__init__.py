"""Facts about media files, found in a limited subprocess: a broken or hostile file can end
that, never web or a worker.
"""

from __future__ import annotations

from dubbing.media.digests import Sums, sha256_of, sums_of
from dubbing.media.facts import MediaFacts, NotMediaError
from dubbing.media.posters import STRIP_PICTURES, make_poster, make_strip
from dubbing.media.probing import probe_audio, probe_audio_head, probe_head, probe_media
from dubbing.media.sounds import Sound, SoundFacts, listen

__all__ = [
    "STRIP_PICTURES",
    "MediaFacts",
    "NotMediaError",
    "Sound",
    "SoundFacts",
    "Sums",
    "listen",
    "make_poster",
    "make_strip",
    "probe_audio",
    "probe_audio_head",
    "probe_head",
    "probe_media",
    "sha256_of",
    "sums_of",
]
