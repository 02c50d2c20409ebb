from __future__ import annotations

from dubbing.admin.archives import ArchivedFileAdmin, DownloadArchiveAdmin
from dubbing.admin.assets import AssetAdmin, ProjectAdmin
from dubbing.admin.batches import BatchAdmin, BatchItemAdmin
from dubbing.admin.brakes import InstallationBrakeAdmin, SendingBrakeAdmin, SendingLaneAdmin
from dubbing.admin.bulk import BulkActionAdmin, BulkRowAdmin
from dubbing.admin.connections import ConnectionAdmin, LocaleAdmin
from dubbing.admin.dubbings import DubbingAdmin, VersionAdmin
from dubbing.admin.films import FilmAdmin
from dubbing.admin.linkchecks import LinkCheckAdmin
from dubbing.admin.money import MonthTotalAdmin, RateCardAdmin, SpendEntryAdmin
from dubbing.admin.notes import NoteAdmin
from dubbing.admin.outbox import OutboxMessageAdmin
from dubbing.admin.presets import LanguageSetAdmin, PresetAdmin
from dubbing.admin.records import CallbackDeliveryAdmin, IdempotentAnswerAdmin, StatusChangeAdmin
from dubbing.admin.sheets import SheetImportAdmin, SheetLineAdmin
from dubbing.admin.subtitles import SubtitleFileAdmin
from dubbing.admin.teams import ConnectedTeamAdmin
from dubbing.admin.uploads import UploadAdmin
from dubbing.admin.usual import RefusedCallbacksAdmin, UsualTimeAdmin

__all__ = [
    "SubtitleFileAdmin",
    "SheetLineAdmin",
    "SheetImportAdmin",
    "PresetAdmin",
    "LanguageSetAdmin",
    "LinkCheckAdmin",
    "ArchivedFileAdmin",
    "AssetAdmin",
    "BatchAdmin",
    "BatchItemAdmin",
    "BulkActionAdmin",
    "BulkRowAdmin",
    "CallbackDeliveryAdmin",
    "ConnectedTeamAdmin",
    "ConnectionAdmin",
    "DownloadArchiveAdmin",
    "DubbingAdmin",
    "FilmAdmin",
    "IdempotentAnswerAdmin",
    "InstallationBrakeAdmin",
    "LocaleAdmin",
    "MonthTotalAdmin",
    "NoteAdmin",
    "OutboxMessageAdmin",
    "ProjectAdmin",
    "RateCardAdmin",
    "RefusedCallbacksAdmin",
    "SendingBrakeAdmin",
    "SendingLaneAdmin",
    "SpendEntryAdmin",
    "StatusChangeAdmin",
    "UploadAdmin",
    "UsualTimeAdmin",
    "VersionAdmin",
]
