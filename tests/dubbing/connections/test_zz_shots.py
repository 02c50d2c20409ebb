from __future__ import annotations
import os
from datetime import timedelta
import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import sync_playwright
from accounts.scoping import all_teams
from dubbing.models import *
from dubbing.services.connections import check_connection
from dubbing.states import *
from tests.builders import *
from tests.conftest import signed_in
from tests.dubbing.connections.conftest import *

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def test_shots(live_server, team, alice, far, settings):
    engine, url = far
    with all_teams("x"):
        make_connection(team, name="Trial account", is_current=False)
        c = make_connection(team, name="Panjaya", base_url=url, is_sandbox=False)
        check_connection(connection=c)
        c.absent_calls = [
            {"call": "generate", "status_code": 404, "at": timezone.now().isoformat()},
            {"call": "studio_url", "status_code": 404, "at": timezone.now().isoformat()},
        ]
        c.save()
    a = make_asset(team, connection=c, title="The harbour at night", raw_status="READY")
    v = make_version(a, raw_status="BREWING")
    client = signed_in(alice)
    cookie = client.cookies["sessionid"].value
    with sync_playwright() as p:
        b = p.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        for theme in ("light", "dark"):
            for size, (w, h) in {"wide": (1440, 860), "phone": (390, 844)}.items():
                ctx = b.new_context(viewport={"width": w, "height": h}, color_scheme=theme)
                ctx.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
                page = ctx.new_page()
                for name, path in {
                    "detail": "/connection/",
                    "form": "/connection/new/",
                    "edit": f"/connection/{c.pk}/",
                    "version": f"/versions/{v.pk}/",
                    "asset": f"/assets/{a.pk}/",
                }.items():
                    if theme == "dark" and name not in ("detail", "form"):
                        continue
                    page.goto(live_server.url + path)
                    page.wait_for_load_state("load")
                    page.screenshot(
                        path=f"/tmp/connshots/{name}-{theme}-{size}.png", full_page=True
                    )
        b.close()
