from __future__ import annotations

import json
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from config import env
from dubbing.models import Connection
from dubbing.services.connections import connect_sandbox

FIRST_TEAM = "studio"
DEFAULT_EMAIL = "owner@studio.local"


class Command(BaseCommand):
    help = (
        "Makes the first team with its owner and its connection to the sandbox, where they are "
        "missing. Prints one line of JSON: email, password (only when it was generated), created."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        email = env.text("DUBDESK_OWNER_EMAIL", DEFAULT_EMAIL).lower()
        _check(email)
        given = env.text("DUBDESK_OWNER_PASSWORD")
        with transaction.atomic():
            team, _ = Team.objects.get_or_create(slug=FIRST_TEAM, defaults={"name": "Studio"})
            owner = self._owner(team)
            created = owner is None
            password = given or secrets.token_urlsafe(12)
            if owner is None:
                owner = self._make_owner(team, email, password)
        if settings.SANDBOX:
            self._connect(team)
        shown = password if created and not given else None
        told = {"email": owner.email, "password": shown, "created": created}
        self.stdout.write(json.dumps(told))

    def _owner(self, team: Team) -> User | None:
        first = team.memberships.filter(role=Role.OWNER).select_related("user").first()
        return first.user if first else None

    def _make_owner(self, team: Team, email: str, password: str) -> User:
        owner = User.objects.filter(email=email).first()
        if owner is None:
            owner = User.objects.create_superuser(email, password, name="Owner")
            EmailAddress.objects.create(user=owner, email=email, verified=True, primary=True)
        Membership.objects.update_or_create(team=team, user=owner, defaults={"role": Role.OWNER})
        return owner

    def _connect(self, team: Team) -> None:
        """The sandbox stands in only where no key was ever set."""
        with team_scope(team.id):
            if Connection.objects.exists():
                return
            try:
                connect_sandbox(team=team)
            except ValidationError as error:
                self.stderr.write(f"The sandbox is not connected: {' '.join(error.messages)}")


def _check(email: str) -> None:
    """Nobody could sign in with anything else."""
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(
            f"DUBDESK_OWNER_EMAIL must be an e-mail address, not “{email}”."
        ) from None
