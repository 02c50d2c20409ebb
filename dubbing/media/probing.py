from __future__ import annotations

from pathlib import Path

from dubbing.media.facts import MediaFacts, NotMediaError, facts_from_json
from dubbing.media.limits import run_worker


def probe_media(path: Path) -> MediaFacts:
    """Facts of a complete video. Raises NotMediaError for anything else."""
    return _probe(path, "probe")


def probe_audio(path: Path) -> MediaFacts:
    """Facts of a complete file with sound, whether it has a picture or not."""
    return _probe(path, "probe-audio")


def probe_head(path: Path) -> MediaFacts:
    """What the headers of a video announce whose middle is missing; a duration of 0 is unknown."""
    return _probe(path, "probe-head")


def probe_audio_head(path: Path) -> MediaFacts:
    """The same of a file of which only the sound is wanted."""
    return _probe(path, "probe-audio-head")


def _probe(path: Path, command: str) -> MediaFacts:
    require_file(path)
    return facts_from_json(run_worker(command, str(path.absolute())))


def require_file(path: Path) -> None:
    if not path.is_file():
        raise NotMediaError("There is no such file any more. Give it again.", "file_missing")
    if path.stat().st_size == 0:
        raise NotMediaError("The file is empty. Check it and give it again.", "file_empty")
