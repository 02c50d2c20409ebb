"""Signed callbacks, posted in order per asset by threads of their own."""

from __future__ import annotations

import logging
import threading

from sandbox.installation import Installation
from sandbox.keys import spell_signature, twin_signature
from sandbox.outgoing import PostError, post
from sandbox.states import DeliveryState, Signing
from sandbox.store.deliveries import (
    Delivery,
    due_deliveries,
    postpone_delivery,
    seconds_to_next_delivery,
    settle_delivery,
)

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10.0
_MAX_ATTEMPTS = 5
_FIRST_WAIT_SECONDS = 0.5
# One slow receiver shall not hold up the callbacks of other assets.
_SENDERS = 4


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
        try:
            status = self._post(delivery)
        except PostError as error:
            self._try_again(delivery, str(error))
            return
        if status >= 500:
            self._try_again(delivery, str(status))
        else:
            state = DeliveryState.DELIVERED if status < 300 else DeliveryState.REFUSED
            settle_delivery(self._here.database, delivery.seq, state, str(status))

    def _post(self, delivery: Delivery) -> int:
        """Once for each signature; the last status counts."""
        status = 0
        for signature in self._signatures(delivery):
            headers = {
                "Content-Type": "application/json",
                "X-Signature": spell_signature(signature, self._here.settings.signature_form),
                "X-Signature-Algorithm": "ES256",
            }
            status = post(delivery.url, delivery.body, headers, timeout_seconds=_TIMEOUT_SECONDS)
        return status

    def _signatures(self, delivery: Delivery) -> list[bytes]:
        key = self._here.callback_key
        if delivery.signing is Signing.BAD:
            return [key.sign(delivery.body + b" ")]
        signature = key.sign(delivery.body)
        has_twin = delivery.signing is Signing.WITH_TWIN
        return [signature, twin_signature(signature)] if has_twin else [signature]

    def _try_again(self, delivery: Delivery, answer: str) -> None:
        if delivery.attempts + 1 >= _MAX_ATTEMPTS:
            log.warning("callback %s of %s given up", delivery.seq, delivery.asset_id)
            settle_delivery(self._here.database, delivery.seq, DeliveryState.GIVEN_UP, answer)
            return
        seconds = _FIRST_WAIT_SECONDS * 2**delivery.attempts
        postpone_delivery(self._here.database, delivery.seq, seconds, answer)
