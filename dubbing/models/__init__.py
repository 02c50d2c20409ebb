from __future__ import annotations

from dubbing.models.assets import Asset, Dubbing, Project, Version
from dubbing.models.brakes import InstallationBrake, SendingBrake, SendingLane
from dubbing.models.callbacks import CallbackDelivery
from dubbing.models.connections import Connection, Locale
from dubbing.models.films import Film
from dubbing.models.history import StatusChange
from dubbing.models.idempotency import IdempotentAnswer
from dubbing.models.outbox import OutboxMessage

__all__ = [
    "Asset",
    "CallbackDelivery",
    "Connection",
    "Dubbing",
    "Film",
    "IdempotentAnswer",
    "InstallationBrake",
    "Locale",
    "OutboxMessage",
    "Project",
    "SendingBrake",
    "SendingLane",
    "StatusChange",
    "Version",
]
