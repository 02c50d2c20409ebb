"""Many videos prepared together: drafts, rows, edits, sending. Callers import from here."""

from __future__ import annotations

from dubbing.services.batches.drafts import (
    create_batch,
    discard_batch,
    keep_batch,
    recover_batch,
)
from dubbing.services.batches.edits import (
    StaleRowsError,
    edit_items,
    remove_items,
    restore_items,
)
from dubbing.services.batches.judging import draft_of, judge_items
from dubbing.services.batches.locks import touch_batch
from dubbing.services.batches.merging import Clash, Merged, merge_item, typed_values
from dubbing.services.batches.rows import (
    Pasted,
    add_addresses,
    add_rows,
    add_uploads,
    follow_settings,
)
from dubbing.services.batches.sending import (
    NOT_MADE,
    expand_batch,
    send_batch,
    sendable,
    wake_expansion,
)

__all__ = [
    "NOT_MADE",
    "Clash",
    "Merged",
    "Pasted",
    "StaleRowsError",
    "add_addresses",
    "add_rows",
    "add_uploads",
    "create_batch",
    "discard_batch",
    "draft_of",
    "edit_items",
    "expand_batch",
    "follow_settings",
    "judge_items",
    "keep_batch",
    "merge_item",
    "recover_batch",
    "remove_items",
    "restore_items",
    "send_batch",
    "sendable",
    "touch_batch",
    "typed_values",
    "wake_expansion",
]
