from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish, task_postrun, task_prerun, worker_init, worker_ready
from django.conf import settings

from config import folder_broker, tracing
from config.turns import WORKER_SECONDS, take_turns_of
from dubbing import live

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _broker(url: str, data_dir: Path) -> dict[str, Any]:
    """Redis in production; on one machine folders.

    The broker only wakes workers: the database owns the work, the sweep finds what was lost.
    """
    if url:
        # One that accepts and then says nothing is given up after a while, like one that is down.
        patience = {"socket_connect_timeout": 2, "socket_timeout": 20}
        return {"broker_url": url, "broker_transport_options": patience}
    folders = {name: data_dir / "broker" / name for name in ("queue", "processed", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": f"{folder_broker.SCHEME}://localhost",
        "broker_transport_options": {
            "data_folder_in": str(folders["queue"]),
            "data_folder_out": str(folders["queue"]),
            "control_folder": str(folders["control"]),
            "processed_folder": str(folders["processed"]),
            "polling_interval": 0.05,
        },
    }


app = Celery("dubdesk")
app.conf.update(
    **_broker(settings.BROKER_URL, settings.DATA_DIR),
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue="dubdesk",
    # A wake-up older than this says nothing that the sweep does not know better.
    task_default_expires=600,
    task_always_eager=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_prefetch_multiplier=1,
    beat_schedule_filename=str(settings.DATA_DIR / "run" / "beat-schedule"),
    beat_max_loop_interval=settings.SWEEP_SECONDS,
    beat_schedule={
        "sweep": {"task": "dubbing.sweep", "schedule": float(settings.SWEEP_SECONDS)},
        # Four times a day: one machine may be off at night.
        "prune": {"task": "dubbing.prune", "schedule": crontab(minute=17, hour="*/6")},
        "tidy": {"task": "dubbing.tidy", "schedule": 600.0},
        "learn": {"task": "dubbing.learn", "schedule": 600.0},
        "digest": {"task": "dubbing.digest", "schedule": 300.0},
    },
)
app.autodiscover_tasks(["dubbing"])


# A task's lines in the log name the request that asked for it.
CAUSE = "dubdesk_request"


@before_task_publish.connect  # type: ignore[untyped-decorator]
def hand_on_request_id(headers: dict[str, Any], **_: object) -> None:
    if name := tracing.request_id.get():
        headers[CAUSE] = name


@task_prerun.connect  # type: ignore[untyped-decorator]
def name_task(task_id: str, task: Any, **_: object) -> None:
    tracing.task_id.set(task_id)
    tracing.request_id.set(task.request.get(CAUSE) or "")


@task_postrun.connect  # type: ignore[untyped-decorator]
def forget_task(**_: object) -> None:
    tracing.task_id.set("")
    tracing.request_id.set("")


@worker_init.connect  # type: ignore[untyped-decorator]
def share_the_interpreter(**_: object) -> None:
    take_turns_of(WORKER_SECONDS)
    live.publisher.step_seconds = live.WORKER_STEP_SECONDS


@worker_ready.connect  # type: ignore[untyped-decorator]
def sweep_at_once(**_: object) -> None:
    """What a killed worker left behind is found now, not at beat's next tick."""
    app.send_task("dubbing.sweep")
