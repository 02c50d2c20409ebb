"""Django's deployment check, with the settings that production has."""

from __future__ import annotations

import os
import subprocess
import sys
from secrets import token_urlsafe

from config.local.install import ROOT

PRODUCTION = {
    "DUBDESK_PRODUCTION": "1",
    "PUBLIC_URL": "https://dub.example.org",
    "HSTS_SUBDOMAINS": "1",
    "DATABASE_URL": "postgresql://dubdesk_app@db.example.org/dubdesk",
    "BROKER_URL": "redis://broker.example.org/0",
    "EMAIL_HOST": "mail.example.org",
    "KEY_RING": "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}


def main() -> int:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = os.environ | PRODUCTION | {"SECRET_KEY": token_urlsafe(50)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
