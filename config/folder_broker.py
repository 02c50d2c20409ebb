"""kombu's folder transport, made safe for several processes.

kombu opens a file under its final name and then writes it: a worker that looks in between reads
nothing and ends with a JSONDecodeError (measured: one start of ten on a busy machine).
Here a message is written beside and renamed into place, is taken by a rename within the same disk,
and one that cannot be read is dropped: it was only a wake-up, the sweep finds what it was about.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils import json as kombu_json

SCHEME = "folder"
TRANSPORT_ALIASES[SCHEME] = "config.folder_broker:Transport"

# kombu tells types of some of it only, and not the same ones everywhere.
KombuChannel: Any = filesystem.Channel

logger = logging.getLogger(__name__)


class Channel(KombuChannel):  # type: ignore[misc]
    def _queue_bind(self, exchange: Any, routing_key: Any, pattern: Any, queue: Any) -> None:
        # The table of an exchange, too, is born whole: kombu reads and extends it under a lock.
        table = Path(self._exchange_file(exchange))
        if not table.exists():
            draft = table.with_name(f".{table.name}.{uuid.uuid4()}")
            draft.write_text("[]")
            with contextlib.suppress(FileExistsError):
                os.link(draft, table)
            draft.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)

    def _put(self, queue: Any, message: Any, **kwargs: Any) -> None:
        # Sorted names are the order of arrival; a leading dot hides the draft from every reader.
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}"
        draft.write_text(kombu_json.dumps(message))  # type: ignore[no-untyped-call]
        draft.rename(folder / name)

    def _get(self, queue: Any, timeout: Any = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder) / name
            try:
                (Path(self.data_folder_in) / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            text = taken.read_text()
            taken.unlink()
            try:
                return kombu_json.loads(text)  # type: ignore[no-untyped-call]
            except json.JSONDecodeError:
                logger.warning("a wake-up could not be read and is dropped: %s", name)
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
