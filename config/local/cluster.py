"""A new, empty database cluster with our two roles."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from config.local.account import Account
from config.local.errors import StartError
from config.local.place import DATABASE

INITDB = (
    "--username=postgres",
    "--auth-local=trust",  # the socket's folder has mode 0700: who is inside may be anyone
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
# template1 first: every database made from it, a test's too, opens its future tables to the app.
TEMPLATE_SQL = """\
CREATE ROLE dubdesk_owner LOGIN CREATEDB;
CREATE ROLE dubdesk_app LOGIN;
ALTER DEFAULT PRIVILEGES FOR ROLE dubdesk_owner IN SCHEMA public \
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dubdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE dubdesk_owner IN SCHEMA public \
GRANT USAGE, SELECT ON SEQUENCES TO dubdesk_app;
"""
DATABASE_SQL = f"""\
CREATE DATABASE {DATABASE} OWNER dubdesk_owner;
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO dubdesk_app;
"""


def create_cluster(
    target: Path, *, programs: Path, account: Account | None, durable: bool = True
) -> None:
    """Made beside its place and renamed at the end: a cluster is there complete or not at all."""
    draft = target.with_name(f"{target.name}.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    if account:
        os.chown(draft, account.uid, account.gid)
    options = INITDB if durable else (*INITDB, "--no-sync")
    _run([str(programs / "initdb"), f"--pgdata={draft}", *options], account=account)
    _single_user(draft, "template1", TEMPLATE_SQL, programs=programs, account=account)
    _single_user(draft, "postgres", DATABASE_SQL, programs=programs, account=account)
    if target.exists():
        target.rmdir()  # the empty folder that settled the place
    draft.rename(target)


def _single_user(
    cluster: Path, database: str, sql: str, *, programs: Path, account: Account | None
) -> None:
    command = [str(programs / "postgres"), "--single", "-D", str(cluster)]
    _run([*command, "-c", "exit_on_error=on", database], account=account, sql=sql)


def _run(command: list[str], *, account: Account | None, sql: str = "") -> None:
    options: dict[str, Any] = account.popen_options() if account else {}
    done = subprocess.run(
        command,
        input=sql,
        capture_output=True,
        text=True,
        cwd="/",  # the account may not be able to enter ours
        env=server_environment(),
        check=False,
        **options,
    )
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise StartError(f"The database could not be made: {reason}")


def server_environment() -> dict[str, str]:
    """Without the caller's PG* and locale words, which initdb and postgres would obey."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
