"""Makes the demo studio and takes it away again."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

import httpx
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import TeamOwned, team_atomic, team_scope
from accounts.services.keys import create_api_key
from dubbing.demo import engine
from dubbing.demo.catalogue import SERIES
from dubbing.demo.chances import Chances
from dubbing.demo.copying import copy_rows
from dubbing.demo.dubs import make_dub
from dubbing.demo.files import Shelf, clear_shelf, open_shelf
from dubbing.demo.people import let_owners_join, make_people, remove_people
from dubbing.demo.plot import plot_videos
from dubbing.demo.studio import Studio
from dubbing.demo.videos import make_order, make_video
from dubbing.demo.views import make_views
from dubbing.models import Asset, Dubbing, MonthTotal, Project, RateCard
from dubbing.states import SpendState

logger = logging.getLogger(__name__)

SLUG, NAME = "demo-studio", "Demo studio"
KEY_NAME, KEY_DAYS = "Render farm", 5
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Outcome:
    videos: int
    dubs: int
    is_new: bool
    in_sandbox: bool


def build_demo(*, videos: int, seed: int, password: str | None = None) -> Outcome:
    """Makes the team with all its rows, once; repeated, it only brings the sandbox up to date.

    Raises ValidationError where something else is in the way.
    """
    running = engine.is_running()
    team, is_new = Team.objects.get_or_create(slug=SLUG, defaults={"name": NAME})
    with team_scope(team.pk):
        is_new = not Asset.objects.exists()
        if not is_new and not _is_demo():
            raise ValidationError(f"The team “{team.name}” has videos that are not of the demo.")
        connection = engine.connect(team, running=running)
        if not connection.is_sandbox:
            raise ValidationError("The demo studio’s connection is not the sandbox’s any more.")
        if is_new:
            shelf = open_shelf(team.pk)
            _fill(team, shelf, videos=videos, chances=Chances(seed), password=password)
        let_owners_join(team)
        told = running and _tell_sandbox(is_new)
        return Outcome(Asset.objects.count(), Dubbing.objects.count(), is_new, told)


def remove_demo() -> bool:
    """Takes away the team, its people, files and what the sandbox knows; whether it was there."""
    team = Team.objects.filter(slug=SLUG).first()
    if team is None:
        return False
    team_id = team.pk
    with team_scope(team_id), transaction.atomic():
        # Keys between the rows are checked at the end, when all of them are gone.
        for model in apps.get_models():
            if issubclass(model, TeamOwned):
                model.objects.all()._raw_delete(DEFAULT_DB_ALIAS)
        team.delete()
        remove_people()
    clear_shelf(team_id)
    if engine.is_running():
        _quietly_forget()
    return True


def _is_demo() -> bool:
    return bool(Asset.objects.filter(remote_id__startswith=engine.MARK).exists())


def _fill(team: Team, shelf: Shelf, *, videos: int, chances: Chances, password: str | None) -> None:
    clear_shelf(team.pk)
    now = timezone.now()
    try:
        with team_atomic():
            studio = _open_studio(team, shelf, chances, now, password)
            for plot in plot_videos(videos, chances, now):
                asset = make_video(studio, plot)
                dubs = [make_dub(studio, asset, plot, *entry) for entry in plot.stages]
                make_order(studio, asset, dubs)
            _sum_months(studio)
            for rows in studio.rows.lists():
                copy_rows(rows)
            make_views(studio)
            _make_lapsing_key(studio)
    except BaseException:
        clear_shelf(team.pk)
        raise


def _open_studio(
    team: Team, shelf: Shelf, chances: Chances, now: datetime, password: str | None
) -> Studio:
    people = make_people(team, password)
    first = now - timedelta(days=380)
    projects = {
        series.name: Project(id=chances.id_at(first), team=team, name=series.name)
        for series in SERIES
    }
    Project.objects.bulk_create(projects.values())
    return Studio(
        team=team,
        connection=engine.connect(team, running=False),
        people=people,
        projects=projects,
        card=_card(team, chances, first),
        shelf=shelf,
        chances=chances,
        now=now,
    )


def _card(team: Team, chances: Chances, moment: datetime) -> RateCard:
    """Not saved: its ceiling follows from the month's sum."""
    return RateCard(
        id=chances.id_at(moment),
        team=team,
        currency="EUR",
        per_minute=Decimal("4.20"),
        per_minute_fast=Decimal("3.10"),
        created_at=moment,
    )


def _sum_months(studio: Studio) -> None:
    """Totals as the ledger would have kept them, and a ceiling that the held orders go above."""
    sums: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    held: dict[object, Decimal] = defaultdict(Decimal)
    for line in studio.rows.spending:
        if line.state == SpendState.HELD:
            held[line.message_id] += line.amount
        total = sums[line.month]
        if line.state == SpendState.COUNTED:
            total[0] += line.amount
            total[1] += line.minutes or Decimal(0)
    MonthTotal.objects.bulk_create(
        MonthTotal(team=studio.team, month=month, currency="EUR", amount=amount, minutes=minutes)
        for month, (amount, minutes) in sums.items()
    )
    months = {line.month for line in studio.rows.spending if line.state == SpendState.HELD}
    highest = max((sums[month][0] for month in months), default=Decimal(0))
    room = min(held.values(), default=Decimal(500)) * Decimal("0.9")
    studio.card.monthly_ceiling = (highest + room).quantize(CENT, ROUND_CEILING)
    copy_rows([studio.card])


def _make_lapsing_key(studio: Studio) -> None:
    create_api_key(
        team=studio.team,
        name=KEY_NAME,
        role=Role.PRODUCER,
        created_by=studio.people["Ines Castellanos"],
        expires_at=studio.now + timedelta(days=KEY_DAYS),
    )


def _tell_sandbox(is_new: bool) -> bool:
    try:
        if is_new:
            engine.forget()
        engine.tell(engine.seeds(timezone.now()))
    except httpx.HTTPError as error:
        logger.warning("the sandbox did not take the demo: %s", error)
        return False
    return True


def _quietly_forget() -> None:
    try:
        engine.forget()
    except httpx.HTTPError as error:
        logger.warning("the sandbox keeps what it knew of the demo: %s", error)
