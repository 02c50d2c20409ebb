"""Usual times are learnt from history: each finished run is counted once, in the order it ended."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dubbing.models import LearningMark
from dubbing.services.retention import first_id_at
from dubbing.states import LENGTHS, AssetStatus, Kind, LipsModel, MessageState, Step, VersionStatus

# Changes are numbered before they are committed: younger ones may still come to light.
SETTLED_AFTER = timedelta(minutes=10)
CHANGES_AT_ONCE = 50_000
# A change of how Panjaya works shows after so many runs.
KEPT_RUNS = 100
LONGEST_RUN = timedelta(days=30)
SLOW_P80_FACTOR = 1.5
SLOW_BEYOND_MEDIAN_SECONDS = 300

FIRST = uuid.UUID(int=0)

# What ended in this part of history, how long it took, and the rows that it makes anew: for its
# language, and for all languages together. Preparing begins when Panjaya had taken the request,
# generating when it said so. A film that was never seen to begin is not counted.
LEARN = """
WITH ended AS (
    SELECT c.id, c.team_id, c.asset_id, c.dubbing_id, c.version_id, c.after, c.at
    FROM dubbing_statuschange AS c
    WHERE c.id >= %(start)s AND c.id < %(end)s AND c.version_id IS NOT NULL
      AND (c.before, c.after) IN (('', %(ready)s), (%(not_ready)s, %(ready)s),
                                  (%(making)s, %(made)s))
), timed AS (
    SELECT e.id, e.team_id, d.locale, a.duration_seconds,
           COALESCE(NULLIF(a.lips_model, ''), %(standard_lips)s) AS lips,
           CASE WHEN e.after = %(made)s THEN %(generating)s ELSE %(preparing)s END AS step,
           LEAST(a.end_time, a.duration_seconds) - COALESCE(a.start_time, 0) AS length,
           EXTRACT(epoch FROM e.at - CASE WHEN e.after = %(made)s THEN (
               SELECT g.at FROM dubbing_statuschange AS g
               WHERE g.asset_id = e.asset_id AND g.version_id = e.version_id
                 AND g.after = %(making)s AND g.at <= e.at
               ORDER BY g.at DESC LIMIT 1
           ) ELSE COALESCE((
               SELECT m.settled_at FROM dubbing_outboxmessage AS m
               WHERE m.asset_id = e.asset_id AND m.kind IN (%(create)s, %(add)s)
                 AND m.state = %(done)s AND m.payload -> 'dubbings' ? e.dubbing_id::text
               ORDER BY m.settled_at DESC LIMIT 1
           ), (
               SELECT g.at FROM dubbing_statuschange AS g
               WHERE g.asset_id = e.asset_id AND g.dubbing_id IS NULL
                 AND g.after = %(processing)s AND g.at <= e.at
               ORDER BY g.at DESC LIMIT 1
           )) END)::float AS seconds
    FROM ended AS e
    JOIN dubbing_asset AS a ON a.id = e.asset_id AND NOT a.made_elsewhere
    JOIN dubbing_version AS v ON v.id = e.version_id
    JOIN dubbing_dubbing AS d ON d.id = v.dubbing_id
    WHERE v.number = 1 OR e.after = %(made)s
), kinds AS (
    SELECT team_id, step, locale, lips,
           (SELECT count(*) FROM unnest(%(lengths)s::int[]) AS l WHERE length > l)::int AS grp,
           seconds, id
    FROM timed
    WHERE length IS NOT NULL AND seconds > 0 AND seconds < %(longest)s
), fresh AS (
    SELECT team_id, step, COALESCE(locale, '') AS locale, lips, grp, count(*)::int AS samples,
           array_agg(seconds ORDER BY id) AS runs
    FROM kinds
    GROUP BY GROUPING SETS ((team_id, step, locale, lips, grp), (team_id, step, lips, grp))
), joined AS (
    SELECT f.team_id, f.step, f.locale, f.lips, f.grp,
           f.samples + COALESCE(u.samples, 0) AS samples,
           COALESCE(u.recent, '{}') || f.runs AS runs
    FROM fresh AS f
    LEFT JOIN dubbing_usualtime AS u
      ON (u.team_id, u.step, u.locale, u.lips_model, u.length_group)
       = (f.team_id, f.step, f.locale, f.lips, f.grp)
), kept AS (
    SELECT team_id, step, locale, lips, grp, samples,
           runs[GREATEST(1, cardinality(runs) - %(kept)s + 1):] AS runs
    FROM joined
), told AS (
    SELECT k.*, t.median, t.p80
    FROM kept AS k CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY run) AS median,
               percentile_cont(0.8) WITHIN GROUP (ORDER BY run) AS p80
        FROM unnest(k.runs) AS run
    ) AS t
)
INSERT INTO dubbing_usualtime
    (id, team_id, step, locale, lips_model, length_group, samples, recent,
     median_seconds, p80_seconds, slow_seconds, learnt_at)
SELECT gen_random_uuid(), team_id, step, locale, lips, grp, samples, runs, median, p80,
       GREATEST(p80 * %(slow_factor)s, median + %(slow_beyond)s), %(now)s
FROM told
ON CONFLICT (team_id, step, locale, lips_model, length_group) DO UPDATE SET
    samples = EXCLUDED.samples, recent = EXCLUDED.recent,
    median_seconds = EXCLUDED.median_seconds, p80_seconds = EXCLUDED.p80_seconds,
    slow_seconds = EXCLUDED.slow_seconds, learnt_at = EXCLUDED.learnt_at
"""
PART = """
SELECT id FROM dubbing_statuschange WHERE id >= %s AND id < %s
ORDER BY id OFFSET %s LIMIT 1
"""


def learn_usual_times(*, now: datetime | None = None, settled: timedelta = SETTLED_AFTER) -> int:
    """Learns from what has ended since the last time; how many rows of usual times it renewed.

    One transaction for each part of history; whoever comes at the same time finds it done.
    """
    now = now or timezone.now()
    end = first_id_at(now - settled)
    renewed = 0
    while (part := _learn_part(end, now)) is not None:
        renewed += part
    return renewed


def _learn_part(end: uuid.UUID, now: datetime) -> int | None:
    """None: nothing is left before `end`."""
    with transaction.atomic(), connection.cursor() as cursor:
        LearningMark.objects.get_or_create(pk=LearningMark.ONLY, defaults={"until": FIRST})
        mark = LearningMark.objects.select_for_update().get(pk=LearningMark.ONLY)
        if mark.until >= end:
            return None
        cursor.execute(PART, [mark.until, end, CHANGES_AT_ONCE])
        row = cursor.fetchone()
        until = row[0] if row is not None else end
        cursor.execute(LEARN, _parameters(mark.until, until, now))
        renewed = cursor.rowcount
        LearningMark.objects.filter(pk=mark.pk).update(until=until)
    return int(renewed)


def _parameters(start: uuid.UUID, end: uuid.UUID, now: datetime) -> dict[str, Any]:
    words = {
        "ready": VersionStatus.READY_TO_EDIT,
        "not_ready": VersionStatus.NOT_READY,
        "making": VersionStatus.GENERATING,
        "made": VersionStatus.COMPLETED,
        "standard_lips": LipsModel.QUALITY,
        "generating": Step.GENERATING,
        "preparing": Step.PREPARING,
        "create": Kind.CREATE,
        "add": Kind.ADD_LANGUAGES,
        "done": MessageState.DONE,
        "processing": AssetStatus.PROCESSING,
    }
    return {name: str(word) for name, word in words.items()} | {
        "start": start,
        "end": end,
        "now": now,
        "lengths": list(LENGTHS),
        "longest": LONGEST_RUN.total_seconds(),
        "kept": KEPT_RUNS,
        "slow_factor": SLOW_P80_FACTOR,
        "slow_beyond": SLOW_BEYOND_MEDIAN_SECONDS,
    }
