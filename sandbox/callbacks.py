"""Signed callbacks, posted in order per asset by threads of their own."""

from __future__ import annotations

import json
import logging
import threading

from sandbox.installation import Installation
from sandbox.outgoing import PostError, post
from sandbox.records import Version
from sandbox.states import DeliveryState, Event
from sandbox.store.assets import find_asset
from sandbox.store.deliveries import (
    Delivery,
    add_delivery,
    due_deliveries,
    postpone_delivery,
    seconds_to_next_delivery,
    settle_delivery,
)
from sandbox.wire import callback_body

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10.0
_MAX_ATTEMPTS = 5
_FIRST_WAIT_SECONDS = 0.5
# One slow receiver shall not hold up the callbacks of other assets.
_SENDERS = 4


def announce(
    here: Installation, event: Event, asset_id: str, version: Version | None = None
) -> None:
    """Called inside the transaction of the change it tells of."""
    asset = find_asset(here.database, asset_id)
    if asset is None or asset.callback_url is None:
        return
    body = json.dumps(callback_body(here.dialect, event, asset_id, version))
    add_delivery(here.database, asset_id, asset.callback_url, body)


class CallbackSender:
    def __init__(self, here: Installation) -> None:
        self._here = here
        self._claim_lock = threading.Lock()
        self._busy_assets: set[str] = set()
        self._threads = [
            threading.Thread(target=self._serve, name=f"callbacks-{number}", daemon=True)
            for number in range(_SENDERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def _serve(self) -> None:
        wake = self._here.wake
        while not wake.is_stopping:
            seen = wake.calls
            delivery = self._claim()
            if delivery is None:
                busy = frozenset(self._busy_assets)
                wake.wait(seen, seconds_to_next_delivery(self._here.database, busy_assets=busy))
                continue
            try:
                self._send(delivery)
            except Exception:
                # A fault of ours must not end the thread, nor run in circles.
                log.exception("callback %s", delivery.seq)
                self._try_again(delivery, "internal error")
            finally:
                self._release(delivery)

    def _claim(self) -> Delivery | None:
        with self._claim_lock:
            due = due_deliveries(self._here.database, busy_assets=self._busy_assets)
            if not due:
                return None
            self._busy_assets.add(due[0].asset_id)
            return due[0]

    def _release(self, delivery: Delivery) -> None:
        with self._claim_lock:
            self._busy_assets.discard(delivery.asset_id)
        self._here.wake.call()

    def _send(self, delivery: Delivery) -> None:
        form = self._here.settings.signature_form
        headers = {
            "Content-Type": "application/json",
            "X-Signature": self._here.callback_key.sign(delivery.body, form),
            "X-Signature-Algorithm": "ES256",
        }
        try:
            status = post(delivery.url, delivery.body, headers, timeout_seconds=_TIMEOUT_SECONDS)
        except PostError as error:
            self._try_again(delivery, str(error))
            return
        if status >= 500:
            self._try_again(delivery, str(status))
        else:
            state = DeliveryState.DELIVERED if status < 300 else DeliveryState.REFUSED
            settle_delivery(self._here.database, delivery.seq, state, str(status))

    def _try_again(self, delivery: Delivery, answer: str) -> None:
        if delivery.attempts + 1 >= _MAX_ATTEMPTS:
            log.warning("callback %s of %s given up", delivery.seq, delivery.asset_id)
            settle_delivery(self._here.database, delivery.seq, DeliveryState.GIVEN_UP, answer)
            return
        seconds = _FIRST_WAIT_SECONDS * 2**delivery.attempts
        postpone_delivery(self._here.database, delivery.seq, seconds, answer)
