from __future__ import annotations

from dubbing.models.archives import ArchivedFile, DownloadArchive
from dubbing.models.assets import Asset, Project
from dubbing.models.batches import Batch, BatchItem, LanguageSet, Preset, SubtitleFile
from dubbing.models.brakes import InstallationBrake, SendingBrake, SendingLane
from dubbing.models.bulk import BulkAction, BulkRow
from dubbing.models.callbacks import CallbackDelivery
from dubbing.models.connections import Connection, Locale
from dubbing.models.dubbings import Dubbing, Version
from dubbing.models.films import Film
from dubbing.models.history import StatusChange
from dubbing.models.idempotency import IdempotentAnswer
from dubbing.models.linkchecks import LinkCheck
from dubbing.models.money import MonthTotal, RateCard, SpendEntry
from dubbing.models.outbox import OutboxMessage
from dubbing.models.sheets import SheetImport, SheetLine
from dubbing.models.uploads import Upload
from dubbing.models.usual import LearningMark, RefusedCallbacks, UsualTime
from dubbing.models.words import AssetWords
from dubbing.models.work import MemberDesk, Note, SavedView

__all__ = [
    "ArchivedFile",
    "Asset",
    "AssetWords",
    "Batch",
    "BatchItem",
    "BulkAction",
    "BulkRow",
    "CallbackDelivery",
    "Connection",
    "DownloadArchive",
    "Dubbing",
    "Film",
    "IdempotentAnswer",
    "InstallationBrake",
    "LanguageSet",
    "LearningMark",
    "LinkCheck",
    "Locale",
    "MemberDesk",
    "MonthTotal",
    "Note",
    "OutboxMessage",
    "Preset",
    "Project",
    "RateCard",
    "RefusedCallbacks",
    "SavedView",
    "SendingBrake",
    "SendingLane",
    "SheetImport",
    "SheetLine",
    "SpendEntry",
    "StatusChange",
    "SubtitleFile",
    "Upload",
    "UsualTime",
    "Version",
]
