"""Brings database and static files up to date, in one process because each start of Django costs.

Prints what prepare_studio says, one JSON object. The last line of the error output is the reason of
any failure, in one sentence.
"""

from __future__ import annotations

import os
import sys
import traceback
from io import StringIO

import django
import psycopg
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from config.local.errors import StartError
from config.local.sources import static_state
from config.local.stamps import is_stamped, put_stamp
from config.local.terminal import complain, say

OLDEST_SERVER = 15
CONNECT_SECONDS = 5


def prepare() -> str:
    django.setup()
    check_settings()
    check_server()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    answer = StringIO()
    call_command("prepare_studio", stdout=answer)
    return answer.getvalue().strip().splitlines()[-1]


def check_server() -> None:
    parameters = connection.get_connection_params() | {"connect_timeout": CONNECT_SECONDS}
    try:
        with psycopg.connect(**parameters) as server:
            version = server.info.server_version // 10_000
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartError(f"The database does not let us in: {reason}") from None
    if version < OLDEST_SERVER:
        raise StartError(
            f"The database is PostgreSQL {version}; version {OLDEST_SERVER} or newer is needed."
        )


def check_settings() -> None:
    faults = [fault.msg for fault in run_checks() if fault.is_serious()]
    if faults:
        raise StartError(" ".join(faults))


def collect_static() -> None:
    stamp = settings.DATA_DIR / "run" / "static.stamp"
    wanted = static_state()
    if is_stamped(stamp, wanted) and settings.STATIC_ROOT.exists():
        return
    call_command(
        "collectstatic",
        interactive=False,
        clear=True,
        verbosity=0,
    )
    put_stamp(stamp, wanted)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        say(prepare())
    except (StartError, ImproperlyConfigured, CommandError) as error:
        complain(" ".join(str(error).split()))
        return 1
    except Exception as error:  # the last door before the person at the keyboard
        complain(traceback.format_exc())
        complain(" ".join(f"Preparing failed: {type(error).__name__}: {error}".split()))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
