"""Writes down which callbacks are owed, with whatever misbehaviour is to befall them."""

from __future__ import annotations

import json

from sandbox.installation import Installation
from sandbox.records import Version
from sandbox.scenarios import Aspect, Call, Name
from sandbox.states import DeliveryState, Event, Signing
from sandbox.store.assets import find_asset, new_id, newest_assets
from sandbox.store.deliveries import NewDelivery, add_delivery, follow_with_held
from sandbox.wire import Json, callback_body

_SIGNINGS = {
    Name.CALLBACK_BADLY_SIGNED: Signing.BAD,
    Name.CALLBACK_TWIN_SIGNATURE: Signing.WITH_TWIN,
}


def announce(
    here: Installation, event: Event, asset_id: str, version: Version | None = None
) -> None:
    """Called inside the transaction of the change it tells of."""
    asset = find_asset(here.database, asset_id)
    if asset is None or asset.callback_url is None:
        return
    body = _with_other_words(here, callback_body(here.dialect, event, asset_id, version), asset_id)
    taken = here.misbehaviour.take(Aspect.SIGNATURE, Call.CALLBACK)
    signing = _SIGNINGS[taken.scenario.name] if taken else Signing.GENUINE
    _queue(here, NewDelivery(asset_id, asset.callback_url, json.dumps(body), signing))


def _queue(here: Installation, new: NewDelivery) -> None:
    database = here.database
    if follow_with_held(database, new):
        return
    taken = here.misbehaviour.take(Aspect.OUTCOME, Call.CALLBACK)
    match taken.scenario.name if taken else None:
        case Name.CALLBACK_DROPPED:
            add_delivery(database, new, DeliveryState.DROPPED)
        case Name.CALLBACK_DOUBLED:
            add_delivery(database, new)
            add_delivery(database, new)
        case Name.CALLBACK_DELAYED:
            seconds = taken.number if taken else 0
            add_delivery(database, new, DeliveryState.DELAYED, after_seconds=seconds)
        case Name.CALLBACK_REORDERED:
            seconds = taken.number if taken else 0
            add_delivery(database, new, DeliveryState.HELD, after_seconds=seconds)
        case _:
            add_delivery(database, new)


def _with_other_words(here: Installation, body: Json, asset_id: str) -> Json:
    names = here.dialect.callback
    taken = here.misbehaviour.take(Aspect.WORDS, Call.CALLBACK)
    if taken is None:
        return body
    if taken.scenario.name is Name.CALLBACK_UNKNOWN_EVENT:
        return body | {names.event: taken.word}
    return body | {names.asset_id: taken.word or _another_asset(here, asset_id)}


def _another_asset(here: Installation, asset_id: str) -> str:
    newest = newest_assets(here.database, offset=0, limit=2)
    return next((asset.id for asset in newest if asset.id != asset_id), new_id("ast"))
