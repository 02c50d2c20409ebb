"""What is switched on now, used up request by request and callback by callback."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from sandbox.orders import Order
from sandbox.scenarios import Aspect, Call


class Misbehaviour:
    """Shared by all threads. Nothing of it is kept over a restart but what the start names."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self._orders = list(orders)
        self._lock = threading.Lock()

    def switch_on(self, order: Order) -> None:
        with self._lock:
            self._orders.append(order)

    def clear(self) -> int:
        """The number of scenarios that were on."""
        with self._lock:
            cleared = len(self._orders)
            self._orders.clear()
            return cleared

    def active(self) -> list[Order]:
        with self._lock:
            return list(self._orders)

    def take(self, aspect: Aspect, call: Call) -> Order | None:
        """Uses one up: counted ones in the order they were switched on, then lasting ones."""
        with self._lock:
            fitting = [
                (order.left is None, place)
                for place, order in enumerate(self._orders)
                if order.scenario.aspect is aspect and call in order.calls
            ]
            if not fitting:
                return None
            _, place = min(fitting)
            taken = self._orders[place]
            if taken.left == 1:
                del self._orders[place]
            elif taken.left is not None:
                self._orders[place] = replace(taken, left=taken.left - 1)
            return taken
