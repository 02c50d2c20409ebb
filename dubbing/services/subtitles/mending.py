"""Mends at a press. The original stays as it was given, so that each can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from accounts.scoping import team_atomic
from dubbing.models import BatchItem, SubtitleFile
from dubbing.services.actors import Actor
from dubbing.services.batches.edits import edit_items
from dubbing.services.batches.locks import lock_open_batch
from dubbing.services.subtitles.checking import (
    ADD_LANGUAGE,
    judge_subtitle,
    read_again,
)
from dubbing.services.subtitles.placing import JUDGED, _require_unsent
from dubbing.services.subtitles.rows import follow, lock_subtitle, siblings_of
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.mends import READING_MENDS, mended
from dubbing.subtitles.reading import Given, ReadFile, read_files

MOST_MENDS = 40
ROUNDS = 12
