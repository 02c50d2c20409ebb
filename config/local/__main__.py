"""The whole product on this machine, in the foreground: python -m config.local"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.local.checks import check_ports, clear_uploads, make_data_folder, take_data_folder
from config.local.errors import StartError
from config.local.install import ROOT
from config.local.lifeline import PR_SET_PDEATHSIG, prctl
from config.local.lineup import Ports
from config.local.supervisor import Plan, Supervisor
from config.local.terminal import complain


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if os.environ.get("MAKELEVEL"):
        # `make` killed outright cannot pass the signal on.
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    data_dir = Path(os.environ.get("DUBDESK_DATA_DIR") or ROOT / "var").resolve()
    try:
        make_data_folder(data_dir)
        plan = make_plan(data_dir)
        with take_data_folder(data_dir):
            check_ports(plan.ports, plan.bind)
            clear_uploads(data_dir)
            Supervisor(plan).run()
    except (StartError, ImproperlyConfigured) as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def make_plan(data_dir: Path) -> Plan:
    """Reads the settings: a bad one ends the start here."""
    sandbox = settings.SANDBOX_PORT if settings.SANDBOX else None
    return Plan(
        data_dir=data_dir,
        ports=Ports(web=settings.PORT, edge=settings.EDGE_PORT, sandbox=sandbox),
        bind=os.environ.get("DUBDESK_BIND") or "127.0.0.1",
        address=f"{settings.PUBLIC_URL}/",
        database_url=os.environ.get("DATABASE_URL", "").strip(),
    )


if __name__ == "__main__":
    sys.exit(main())
