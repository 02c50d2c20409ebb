from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dubbing.demo import Outcome, build_demo, remove_demo

MOST_VIDEOS = 5000


class Command(BaseCommand):
    help = (
        "Makes a believable team, “Demo studio”, to try the desk on; every administrator joins it. "
        "Nothing of it is ever sent anywhere but to the sandbox. Repeated, it changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--videos", type=int, default=600, help="how many; 600 without it")
        parser.add_argument("--seed", type=int, default=1, help="another one, another studio")
        parser.add_argument("--password", help="with it, its twelve people can sign in")
        parser.add_argument("--remove", action="store_true", help="take all of it away")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            gone = remove_demo()
            self.stdout.write("The demo studio is gone." if gone else "There is no demo studio.")
            return
        if not settings.SANDBOX:
            raise CommandError("Demo data needs the sandbox, and DUBDESK_SANDBOX is off.")
        if not 12 <= options["videos"] <= MOST_VIDEOS:
            raise CommandError(f"--videos is a number from 12 to {MOST_VIDEOS}.")
        try:
            outcome = build_demo(
                videos=options["videos"], seed=options["seed"], password=options["password"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        verb = "was made" if outcome.is_new else "is there already"
        self.stdout.write(
            f"The team “Demo studio” {verb}: {outcome.videos:,} videos, {outcome.dubs:,} dubs."
        )
        if outcome.in_sandbox:
            self.stdout.write("The sandbox knows them: generate, revise and retry work.")
        else:
            self.stdout.write(
                "The sandbox is not running, so it knows nothing of them: generate and revise "
                "will be refused. Start the desk with `make run`, then repeat `make demo-data`."
            )
