from __future__ import annotations

from dubbing.models.assets import Asset, Dubbing, Project, Version
from dubbing.models.batches import Batch, BatchItem, LanguageSet, Preset, SubtitleFile
from dubbing.models.brakes import InstallationBrake, SendingBrake, SendingLane
from dubbing.models.callbacks import CallbackDelivery
from dubbing.models.connections import Connection, Locale
from dubbing.models.films import Film
from dubbing.models.history import StatusChange
from dubbing.models.idempotency import IdempotentAnswer
from dubbing.models.linkchecks import LinkCheck
from dubbing.models.money import MonthTotal, RateCard, SpendEntry
from dubbing.models.outbox import OutboxMessage
from dubbing.models.sheets import SheetImport, SheetLine
from dubbing.models.uploads import Upload
from dubbing.models.work import MemberDesk, Note, SavedView

__all__ = [
    "Asset",
    "Batch",
    "BatchItem",
    "CallbackDelivery",
    "Connection",
    "Dubbing",
    "Film",
    "IdempotentAnswer",
    "InstallationBrake",
    "LanguageSet",
    "LinkCheck",
    "Locale",
    "MemberDesk",
    "MonthTotal",
    "Note",
    "OutboxMessage",
    "Preset",
    "Project",
    "RateCard",
    "SavedView",
    "SendingBrake",
    "SendingLane",
    "SheetImport",
    "SheetLine",
    "SpendEntry",
    "StatusChange",
    "SubtitleFile",
    "Upload",
    "Version",
]
