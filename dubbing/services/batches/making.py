"""Many videos in a handful of statements: what submit_asset does for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Team
from dubbing import live, wake
from dubbing.models import (
    Asset,
    BatchItem,
    Connection,
    Dubbing,
    OutboxMessage,
    Project,
    SpendEntry,
    StatusChange,
)
from dubbing.services import brakes, money
from dubbing.services.actors import Actor
from dubbing.services.assets import columns_of, dubbings_of
from dubbing.services.history import change_of
from dubbing.services.orders import AssetOrder
from dubbing.states import Kind

# Each delivery wakes the next one: so many begin, and all follow.
WOKEN_AT_ONCE = 8


@dataclass(frozen=True)
class Ordered:
    """A row, and what it asks for after the rules have let it pass."""

    item: BatchItem
    order: AssetOrder


def make_assets(
    *, team: Team, connection: Connection, actor: Actor, ordered: Sequence[Ordered]
) -> list[Asset]:
    """Assets, dubbings, history and outbox of rows, in the caller's transaction.

    A row's id is its asset's submission: the database refuses a second asset for it.
    """
    projects = _projects(team, ordered)
    assets, dubbings, changes, charges = [], [], [], []
    due_at = brakes.send_moment(connection=connection)
    for one in ordered:
        asset = Asset(
            team=team,
            connection=connection,
            submission=one.item.pk,
            created_by=actor.user,
            created_by_key=actor.key,
            project=projects.get(one.order.project),
            promoted_from_id=one.item.pilot_id,
            **columns_of(one.order),
        )
        # A link's length is known if pre-flight could read it.
        asset.duration_seconds = asset.duration_seconds or one.item.duration_seconds
        own = dubbings_of(asset, one.order.languages, one.order.work)
        assets.append(asset)
        dubbings.extend(own)
        changes.extend(_history(asset, own, one.order, actor))
        message = OutboxMessage(
            team=team,
            asset=asset,
            kind=Kind.CREATE,
            payload={"dubbings": [str(dubbing.pk) for dubbing in own]},
            due_at=due_at,
            actor=actor.user,
            actor_key=actor.key,
        )
        charges.append(money.Charge(message, asset, own))
    lines = money.charge(team_id=team.pk, charges=charges, actor=actor)
    messages = [one.message for one in charges]
    Asset.objects.bulk_create(assets)
    Dubbing.objects.bulk_create(dubbings)
    StatusChange.objects.bulk_create(changes)
    OutboxMessage.objects.bulk_create(messages)
    SpendEntry.objects.bulk_create(lines)
    for message in messages[:WOKEN_AT_ONCE]:
        wake.after_commit(wake.DELIVER, team.pk, message.pk, at=due_at)
    for asset in assets:
        live.after_commit(team.pk, asset.pk)
    return assets


def _projects(team: Team, ordered: Sequence[Ordered]) -> dict[str, Project]:
    """By name; those that are new are made."""
    names = {one.order.project for one in ordered if one.order.project}
    Project.objects.bulk_create(
        [Project(team=team, name=name) for name in sorted(names)], ignore_conflicts=True
    )
    return {project.name: project for project in Project.objects.filter(name__in=names)}


def _history(
    asset: Asset, dubbings: Sequence[Dubbing], order: AssetOrder, actor: Actor
) -> list[StatusChange]:
    rows = [change_of(asset=asset, after=asset.status, note="Video given", actor=actor)]
    for dubbing, language in zip(dubbings, order.languages, strict=True):
        name = language.srt_name or "SRT"
        rows.extend(
            change_of(asset=asset, dubbing=dubbing, note=f"{name}: {note}")
            for note in language.notes
        )
    rows.extend(change_of(asset=asset, note=lack.message, actor=actor) for lack in order.work.lacks)
    return rows


def link_assets(items: Sequence[BatchItem]) -> None:
    """Rows whose asset exists: found by the submission that is the row's own id."""
    made = Asset.objects.filter(submission=OuterRef("pk")).values("pk")[:1]
    BatchItem.objects.filter(pk__in=[item.pk for item in items]).update(
        asset=Subquery(made),
        send_asked_at=None,
        check_due_at=None,
        revision=F("revision") + 1,
        updated_at=timezone.now(),
    )
