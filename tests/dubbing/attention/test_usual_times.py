"""How long things usually take: learnt from finished runs, guessed before there are ten."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Dubbing, StatusChange, UsualTime, Version
from dubbing.services.learning import learn_usual_times
from dubbing.services.usual_times import Run, slow_dubbings, usual_times_for_team
from dubbing.states import GUESSES, Cause, LipsModel, Stage, Step, VersionStatus
from tests.builders import make_asset, make_dubbing, make_team, make_version

AT_ONCE = timedelta(0)
MINUTES_10 = Decimal(600)


def film_made_in(team: Team, minutes: float, *, locale: str = "de-DE", **changes: object) -> None:
    """A video whose film was made in so many minutes."""
    asset = make_asset(team, duration_seconds=MINUTES_10, **changes)
    version = make_version(asset, locale, VersionStatus.COMPLETED)
    end = timezone.now()
    start = end - timedelta(minutes=minutes)
    tell(asset, version, "ReadyToEdit", "Generating", start)
    tell(asset, version, "Generating", "Completed", end)


def tell(
    asset: Asset, version: Version | None, before: str, after: str, at: datetime
) -> StatusChange:
    with all_teams("test"):
        change: StatusChange = StatusChange.objects.create(
            team_id=asset.team_id,
            asset=asset,
            dubbing=version.dubbing if version else None,
            version=version,
            before=before,
            after=after,
            cause=Cause.CALLBACK,
            at=at,
        )
    return change


def learn() -> int:
    # A moment ahead: the id of the newest change may be of this very millisecond.
    return learn_usual_times(now=timezone.now() + timedelta(milliseconds=1), settled=AT_ONCE)


def generating(team: Team, locale: str = "de-DE", lips: str = "") -> timedelta:
    with team_scope(team.id):
        return usual_times_for_team().expected("generating", locale, lips, MINUTES_10)


def test_nine_runs_are_not_enough_and_ten_are(team):
    guess = timedelta(seconds=GUESSES[Step.GENERATING, LipsModel.QUALITY].seconds(600))
    for _ in range(9):
        film_made_in(team, 7)
    learn()
    assert generating(team) == guess
    film_made_in(team, 7)
    learn()
    assert round(generating(team).total_seconds()) == 7 * 60


def test_each_run_is_counted_once(team):
    for _ in range(3):
        film_made_in(team, 7)
    assert learn() == 2
    assert learn() == 0
    with team_scope(team.id):
        assert set(UsualTime.objects.values_list("locale", "samples")) == {("de-DE", 3), ("", 3)}


def test_a_language_with_few_runs_takes_the_time_of_all_languages(team):
    for minutes in (10, 20, 30):
        for locale in ("de-DE", "fr-FR", "es-ES", "it-IT"):
            film_made_in(team, minutes, locale=locale)
    learn()
    assert generating(team, "ja-JP") == timedelta(minutes=20)


def test_another_lips_model_and_another_length_are_other_kinds(team):
    for _ in range(10):
        film_made_in(team, 7)
    learn()
    fast = timedelta(seconds=GUESSES[Step.GENERATING, LipsModel.FAST].seconds(600))
    assert generating(team, lips="fast") == fast
    with team_scope(team.id):
        times = usual_times_for_team()
    assert times.usual("generating", "de-DE", "", 3000).runs == 0
    assert times.usual("generating", "de-DE", "", 700).runs == 10


def test_preparing_counts_from_when_panjaya_had_the_video(team):
    now = timezone.now()
    for _ in range(10):
        asset = make_asset(team, duration_seconds=MINUTES_10)
        version = make_version(asset)
        tell(asset, None, "Sending", "Processing", now - timedelta(minutes=25))
        tell(asset, version, "NotReady", "ReadyToEdit", now)
    learn()
    with team_scope(team.id):
        usual = usual_times_for_team().usual("preparing", "de-DE", "", MINUTES_10)
    assert (usual.expected, usual.runs) == (timedelta(minutes=25), 10)


def test_the_latest_runs_count(team):
    for _ in range(100):
        film_made_in(team, 60)
    learn()
    for _ in range(100):
        film_made_in(team, 10)
    learn()
    assert round(generating(team).total_seconds()) == 600
    with team_scope(team.id):
        assert {len(row.recent) for row in UsualTime.objects.all()} == {100}


def test_other_teams_learn_for_themselves(team):
    other = make_team()
    for _ in range(10):
        film_made_in(other, 7)
    learn()
    with team_scope(team.id):
        assert not usual_times_for_team().learnt
    assert round(generating(other).total_seconds()) == 7 * 60


def test_what_is_not_settled_yet_waits(team):
    film_made_in(team, 7)
    assert learn_usual_times() == 0
    assert learn() == 2


def working_since(team: Team, minutes: float, stage: Stage, **changes: object) -> Dubbing:
    asset = make_asset(team, **{"duration_seconds": MINUTES_10} | changes)
    return make_dubbing(asset, stage=stage, stage_since=timezone.now() - timedelta(minutes=minutes))


@pytest.mark.parametrize("lips", ["", "quality", "fast"])
@pytest.mark.parametrize("length", [None, Decimal(30), Decimal(600), Decimal(9000)])
@pytest.mark.parametrize("is_learnt", [False, True])
def test_page_and_database_call_the_same_dubs_slow(team, lips, length, is_learnt):
    if is_learnt:
        for minutes in (4, 5, 6, 7, 8):
            film_made_in(team, minutes)
            film_made_in(team, minutes, lips_model="fast")
            film_made_in(team, minutes, locale="fr-FR")
        learn()
    rows = [
        working_since(team, minutes, stage, lips_model=lips, duration_seconds=length)
        for minutes in (1, 6, 12, 20, 45, 61, 90, 200, 4000)
        for stage in (Stage.PREPARING, Stage.GENERATING, Stage.READY, Stage.SENDING)
    ]
    now = timezone.now()
    with team_scope(team.id):
        told = set(slow_dubbings(now=now))
        times = usual_times_for_team()
        slow = {row for row in rows if Run(row, times).is_slow(now)}
        cells = {
            row
            for row in rows
            if times.is_slow(
                stage=row.stage,
                since=row.stage_since,
                now=now,
                locale=row.locale_id,
                lips_model=lips,
                seconds=length,
            )
        }
    assert told == slow == cells
    assert {row.stage for row in told} == {Stage.PREPARING, Stage.GENERATING}


def test_a_trim_counts_for_the_length(team):
    row = working_since(team, 45, Stage.GENERATING, start_time=Decimal(0), end_time=Decimal(30))
    whole = working_since(team, 45, Stage.GENERATING)
    with team_scope(team.id):
        assert set(slow_dubbings(now=timezone.now())) == {row}
        assert Run(row, usual_times_for_team()).usual.expected < timedelta(minutes=12)
        assert Run(whole, usual_times_for_team()).finish_at == whole.stage_since + timedelta(
            minutes=30
        )


def test_hidden_dubs_are_not_slow(team):
    row = working_since(team, 4000, Stage.GENERATING)
    with team_scope(team.id):
        Dubbing.objects.filter(pk=row.pk).update(is_hidden=True)
        assert not slow_dubbings(now=timezone.now()).exists()
