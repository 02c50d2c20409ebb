"""The stage itself: what every other test in this folder relies on."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.models import Film, Locale, Version
from dubbing.services.actors import Actor
from dubbing.services.assets import submit_asset
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.versions import generate_version
from dubbing.states import FilmState, VersionStatus
from tests.browser.conftest import screenshot, sign_in
from tests.browser.desk import LiveDesk, wait_until
from tests.browser.watching import Problems
