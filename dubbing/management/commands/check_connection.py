from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Connection
from dubbing.services.absences import forget_absences
from dubbing.services.assumptions import report_assumptions
from dubbing.services.connections import check_connection
from dubbing.services.reachability import why_no_callbacks
from dubbing.states import CheckResult, Finding


class Command(BaseCommand):
    help = (
        "Looks at Panjaya with each team’s current connection, by free calls only, and says of "
        "every assumption whether it works, is not understood, is absent or was not seen yet. "
        "Ends with 1 where a list could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", metavar="SLUG", help="this team only, such as studio")
        parser.add_argument(
            "--forget-absent",
            action="store_true",
            help="try calls again that Panjaya proved not to have",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        results = [
            self._check(team, forget=options["forget_absent"])
            for team in self._teams(options["team"])
        ]
        if not all(result == CheckResult.ACCEPTED for result in results):
            raise CommandError("Not every connection could be verified.")

    def _teams(self, slug: str | None) -> list[Team]:
        teams = Team.objects.order_by("slug")
        if slug is None:
            return list(teams)
        found = list(teams.filter(slug=slug))
        if not found:
            known = ", ".join(teams.values_list("slug", flat=True)[:10]) or "none"
            raise CommandError(f"There is no team “{slug}”. Known: {known}.")
        return found

    def _check(self, team: Team, *, forget: bool) -> str:
        with team_scope(team.id):
            connection = Connection.objects.filter(is_current=True).first()
            if connection is None:
                self.stdout.write(f"{team.slug}: no connection")
                return CheckResult.UNCHECKED
            if forget:
                forget_absences(connection=connection)
            probe = check_connection(connection=connection)
            self._report(team, connection)
            return probe.result

    def _report(self, team: Team, connection: Connection) -> None:
        result = connection.get_check_result_display()
        self.stdout.write(f"{team.slug}: {connection.name}, {connection.base_url}")
        self.stdout.write(f"  {result}. {connection.check_detail}")
        reason = why_no_callbacks(connection)
        self.stdout.write(f"  Callbacks: {reason or 'Panjaya can reach this desk.'}")
        for assumption in report_assumptions(connection):
            self.stdout.write(f"  [{assumption.finding.label}] {assumption.what}")
            self.stdout.write(f"      {assumption.evidence}")
            if assumption.finding == Finding.DIFFERS and assumption.mend:
                self.stdout.write(
                    f"      Mended in the admin, in the wire profile: {assumption.mend}"
                )
