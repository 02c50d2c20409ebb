from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Team
from accounts.roles import Role
from accounts.services.keys import create_api_key


class Command(BaseCommand):
    help = "Makes an API key for a team and prints its token, which is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", required=True, metavar="SLUG", help="such as studio")
        parser.add_argument("--name", required=True, help="who or what will use it")
        parser.add_argument("--role", default=Role.PRODUCER.value, help=", ".join(Role.values))

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            known = ", ".join(Team.objects.values_list("slug", flat=True)[:10]) or "none"
            raise CommandError(f"There is no team “{options['team']}”. Known: {known}.")
        if options["role"] not in Role.values:
            raise CommandError(f"The role is one of {', '.join(Role.values)}.")
        try:
            _, token = create_api_key(
                team=team, name=options["name"], role=Role(options["role"]), created_by=None
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(token)
