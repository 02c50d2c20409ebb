"""One mail a day and person, of all their teams: only what they can act on.

The day is taken in the database before anything is sent: whoever is killed in between has sent
nothing, and nobody sends a second one.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.scoping import all_teams, team_scope
from dubbing.models import MemberDesk
from dubbing.services.attention.concerns import Concern, Viewer
from dubbing.services.attention.gathering import find_concerns

logger = logging.getLogger(__name__)

SALT = "dubdesk.digest"


@dataclass(frozen=True)
class TeamPart:
    """What one team needs of the person, with the address of its page."""

    membership: Membership
    concerns: list[Concern]

    @property
    def url(self) -> str:
        return _whole(reverse("dubbing:attention-of-team", args=[self.membership.team_id]))


def send_digests(*, now: datetime | None = None) -> int:
    """Mails everybody who has not been mailed today; how many mails left.

    A mail server that is away costs nothing: no day is taken while it is.
    """
    local = timezone.localtime(now)
    if local.hour < settings.DIGEST_HOUR:
        return 0
    waiting = _people_waiting(local.date())
    if not waiting:
        return 0
    server = get_connection()
    try:
        server.open()
    except OSError as error:  # smtplib's own errors are OSErrors too
        logger.warning("Digests wait for the mail server: %s", error)
        return 0
    try:
        return sum(send_digest(user_id=pk, today=local.date(), server=server) for pk in waiting)
    finally:
        server.close()


def _people_waiting(today: date) -> list[uuid.UUID]:
    with all_teams("one mail tells of all of a person's teams"):
        told = MemberDesk.objects.filter(digest_sent_on__gte=today).values("user_id")
        waiting = User.objects.filter(is_active=True, memberships__isnull=False)
        return list(
            waiting.exclude(pk__in=told).order_by("pk").distinct().values_list("pk", flat=True)
        )


def send_digest(*, user_id: uuid.UUID, today: date, server: Any = None) -> bool:
    """Whether a mail left: not where it has been sent, is not wanted, or has nothing to say."""
    memberships = _take_day(user_id, today)
    parts = [part for part in map(_part_of, memberships) if part.concerns]
    if not parts:
        return False
    try:
        return bool(_mail(parts, server).send())
    except OSError as error:
        logger.warning("A digest could not be mailed: %s", error)
        return False


def _take_day(user_id: uuid.UUID, today: date) -> list[Membership]:
    """The memberships that want to be told of; none where the day is taken already."""
    with transaction.atomic(), all_teams("one mail tells of all of a person's teams"):
        # Whoever comes second waits here, and finds the day taken.
        person = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if person is None or not person.is_active:
            return []
        desks = MemberDesk.objects.filter(user=person)
        if desks.filter(digest_sent_on__gte=today).exists():
            return []
        memberships = list(person.memberships.select_related("team", "user").order_by("team__name"))
        missing = [MemberDesk(team_id=row.team_id, user=person) for row in memberships]
        MemberDesk.objects.bulk_create(missing, ignore_conflicts=True)
        desks.update(digest_sent_on=today)
        wanted = set(desks.filter(wants_digest=True).values_list("team_id", flat=True))
    return [row for row in memberships if row.team_id in wanted]


def _part_of(membership: Membership) -> TeamPart:
    with team_scope(membership.team_id):
        found = find_concerns(viewer=Viewer(membership, membership.user))
    return TeamPart(membership, [concern for concern in found if concern.button is not None])


def _mail(parts: list[TeamPart], server: Any) -> EmailMultiAlternatives:
    person = parts[0].membership.user
    stop_url = _whole(reverse("dubbing:digest-stop", args=[stop_token(person)]))
    words = {
        "parts": parts,
        "person": person,
        "count": sum(len(part.concerns) for part in parts),
        "digest_url": _whole(reverse("dubbing:digest")),
        "stop_url": stop_url,
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string("mail/digest_subject.txt", words).split()),
        body=render_to_string("mail/digest_message.txt", words).strip() + "\n",
        to=[person.email],
        connection=server,
        headers={
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("mail/digest_message.html", words), "text/html")
    return mail


def _whole(path: str) -> str:
    return urljoin(settings.PUBLIC_URL, path)


# The switch ------------------------------------------------------------------------------------


def digest_choices(*, user: User) -> list[tuple[Membership, bool]]:
    """Each membership, and whether its team is told of; who never chose is told."""
    memberships = list(user.memberships.select_related("team").order_by("team__name"))
    with all_teams("a person's own choice for each of their teams"):
        declined = MemberDesk.objects.filter(user=user, wants_digest=False)
        without = set(declined.values_list("team_id", flat=True))
    return [(row, row.team_id not in without) for row in memberships]


def choose_digest(*, user: User, team_ids: set[uuid.UUID]) -> None:
    """From now on the mail tells of these of the person's teams; of none: no mail."""
    with transaction.atomic(), all_teams("a person's own choice for each of their teams"):
        rows = [
            MemberDesk(team_id=row.team_id, user=user, wants_digest=row.team_id in team_ids)
            for row in user.memberships.all()
        ]
        MemberDesk.objects.bulk_create(rows, ignore_conflicts=True)
        desks = MemberDesk.objects.filter(user=user)
        desks.filter(Q(team_id__in=team_ids)).update(wants_digest=True)
        desks.exclude(team_id__in=team_ids).update(wants_digest=False)


def stop_token(user: User) -> str:
    """Good for ever: a mail may be read years later. It does nothing but end the mails."""
    return signing.Signer(salt=SALT).sign(str(user.pk))


def person_of_token(token: str) -> User | None:
    """None for what is not from us, and for people who are gone."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk).first()
