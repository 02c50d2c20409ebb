from __future__ import annotations

import uuid
from decimal import Decimal

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import RateCard
from dubbing.services.actors import Actor


def current_rates(*, team_id: uuid.UUID) -> RateCard | None:
    """None until somebody has entered a card."""
    card: RateCard | None = RateCard.objects.filter(team_id=team_id).order_by("-id").first()
    return card


def change_rates(
    *,
    team: Team,
    actor: Actor,
    currency: str,
    per_minute: Decimal,
    per_minute_fast: Decimal | None,
    rounding: str,
    monthly_ceiling: Decimal | None,
) -> RateCard:
    """A new card; what was counted before stays as it was. Raises ValidationError."""
    card = RateCard(
        team=team,
        created_by=actor.user,
        currency=currency.strip().upper(),
        per_minute=per_minute,
        per_minute_fast=per_minute_fast,
        rounding=rounding,
        monthly_ceiling=monthly_ceiling,
    )
    card.full_clean()
    with team_atomic():
        card.save(force_insert=True)
    return card
