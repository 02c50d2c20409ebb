"""Edge's one ear at the database: LISTEN on a connection of its own, by whatever role can connect.

A payload is lines of words between colons, as `dubbing/live.py` and `accounts/live.py` write them:
`asset:<team>:<id>:<revision>`, `all:<team>`, `revoke:<member>:<team or nothing>`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress

from psycopg import AsyncConnection, Error

from edge.hub import Hub
from edge.viewers import Revisions

CHANNEL = "dubdesk_live"
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
# A server that has vanished from the network says nothing: it is asked this often.
PROOF_SECONDS = 15.0
CONNECT_SECONDS = 5

logger = logging.getLogger(__name__)


async def listen(database_url: str, hub: Hub) -> None:
    """For ever. While the database does not answer, viewers know that they hear nothing."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await _listen_once(database_url, hub)
        except (Error, OSError, TimeoutError) as error:
            if hub.is_up:
                # Not its words: they may hold the address with its password.
                logger.warning("The database does not tell news: %s", type(error).__name__)
                pause = FIRST_PAUSE_SECONDS
        hub.down()
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _listen_once(database_url: str, hub: Hub) -> None:
    connection = await AsyncConnection.connect(
        database_url,
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        application_name="dubdesk edge",
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        hub.up()
        while True:
            async for notify in connection.notifies(timeout=PROOF_SECONDS):
                hear(notify.payload, hub)
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.execute("SELECT 1")
            hub.tidy()


def hear(payload: str, hub: Hub) -> None:
    """A line that is not understood is of a newer release: those of today still count."""
    changed: defaultdict[str, Revisions] = defaultdict(dict)
    for line in payload.split("\n"):
        match line.split(":"):
            case ["asset", team, asset, revision]:
                with suppress(ValueError):
                    changed[team][asset] = int(revision)
            case ["all", team]:
                hub.all_changed(team)
            case ["revoke", member, team]:
                hub.revoke(member, team)
    for team, assets in changed.items():
        hub.heard(team, assets)
