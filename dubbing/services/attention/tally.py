"""The number beside the page's name: dubs that need somebody, each once.

Asked with every page, so it leaves out what is slow: that takes a look at each dub in the making.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.roles import Can
from dubbing.models import Dubbing
from dubbing.services.attention.concerns import Viewer
from dubbing.services.attention.dubs import OPEN_STAGES, REVIEW_STAGES
from dubbing.states import Stage

COUNTED_IN_RAIL = 100
# Wherever they stand, somebody has to do something.
TROUBLED_STAGES = (
    Stage.FAILED, Stage.NOT_SENT, Stage.UNCONFIRMED, Stage.UNKNOWN, Stage.REVISION_ASKED,
)  # fmt: skip


def needs_somebody(viewer: Viewer) -> list[Any]:
    """Questions for ids of dubs, each for at most COUNTED_IN_RAIL; none where nobody can act."""
    return [rows.order_by().values("pk")[:COUNTED_IN_RAIL] for rows in _kinds(viewer)]


def _kinds(viewer: Viewer) -> list[Any]:
    shown = Dubbing.objects.shown()
    kinds = []
    if viewer.can(Can.REVIEW) and viewer.user is not None:
        kinds.append(shown.filter(stage__in=REVIEW_STAGES, reviewer=viewer.user))
    if viewer.can(Can.PRODUCE):
        kinds.append(shown.filter(stage__in=TROUBLED_STAGES))
        kinds.append(shown.filter(stage__in=OPEN_STAGES, due_on__lte=timezone.localdate()))
    elif viewer.can(Can.REVIEW) and viewer.user is not None:
        kinds.append(shown.filter(stage=Stage.REVISION_ASKED, owner=viewer.user))
    return kinds
