"""Log lines: one per event, naming request, task and team, and never a secret.

What we log ourselves holds no secrets. But libraries put addresses into their errors, and our
addresses can be permits: so every line is scrubbed of all shapes that a secret of ours has.
"""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

from accounts.active import active
from config.tracing import request_id, task_id

HIDDEN = "***"
# Words that must stand in a line, in small letters, before the pattern is worth a try: most lines
# hold none of them, and every request writes one.
SECRETS = tuple(
    (words, re.compile(pattern), replacement)
    for words, pattern, replacement in (
        (("bearer", "basic"), r"(?i)\b(bearer|basic)\s+[\w.+/=~-]{6,}", rf"\1 {HIDDEN}"),
        (("dd_",), r"\bdd_[0-9A-Za-z]+_[\w-]+", f"dd_{HIDDEN}"),
        (("panjaya-",), r"\bpanjaya-[\w-]{6,}", f"panjaya-{HIDDEN}"),
        (("/callbacks/",), r"(/callbacks/[\w-]+/)(?!<)[^/\s\"'\\]+", rf"\1{HIDDEN}"),
        # Longer than an id: what edge serves has its permit in the address.
        (
            ("/films/", "/files/", "/tus/", "/streams/", "/zips/"),
            r"(/(?:films|files|tus|streams|zips)/)[^/\s\"'\\]{40,}",
            rf"\1{HIDDEN}",
        ),
        (("/invitations/",), r"(/invitations/)(?!<)[^/\s\"'\\]+", rf"\1{HIDDEN}"),
        (
            ("/key/", "/confirm-email/"),
            r"(/(?:reset/key|confirm-email)/)(?![<(])[^/\s\"'\\]+",
            rf"\1{HIDDEN}",
        ),
        # Signed links carry their signature in the query.
        (("://",), r"(\w+://[^\s\"'?<>]+)\?[^\s\"'<>]+", rf"\1?{HIDDEN}"),
        (("://",), r"(\w+://[^\s/:@\"']*):[^\s/@\"']+@", rf"\1:{HIDDEN}@"),
        (
            ("passw", "secret", "token", "signature", "key"),
            r"(?i)\b(password|passwd|secret|token|signature|api[_-]?key)(['\"]?\s*[=:]\s*)"
            r"(?:\"[^\"]*\"|'[^']*'|[^\s,;&]+)",
            rf"\1\2{HIDDEN}",
        ),
    )
)
# What a caller may add by `extra=`; nothing else leaves a record.
EXTRAS = ("method", "route", "status", "milliseconds")


def scrub(text: str) -> str:
    small = text.lower()
    for words, pattern, replacement in SECRETS:
        if any(word in small for word in words):
            text = pattern.sub(replacement, text)
    return text


def place_of(record: logging.LogRecord) -> dict[str, str]:
    """Where it happened, as far as known: request, task, team."""
    team = getattr(record, "team", None) or active.get()
    known = {"request": request_id.get(), "task": task_id.get(), "team": str(team or "")}
    return {name: value for name, value in known.items() if value}


class LineFormatter(logging.Formatter):
    """For people: plain lines, with the place in brackets."""

    default_msec_format = "%s,%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = scrub(super().format(record))
        place = " ".join(f"{name}={value}" for name, value in place_of(record).items())
        return f"{text} [{place}]" if place else text


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object in one line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _utc(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
            **place_of(record),
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def _utc(moment: float) -> str:
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
    return f"{seconds}.{int(moment % 1 * 1000):03d}Z"


def logging_config(*, form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. `form` is "json" or "lines"."""
    formatter = "config.logs.JsonFormatter" if form == "json" else "config.logs.LineFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"desk": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "desk"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # They write whole addresses and headers: signed links and keys would be among them.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "boto3": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            "s3transfer": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},
            # Its own handlers would write everything a second time, in another form.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # A line per request comes from config.middleware, by route and not by address.
            "django.request": {"level": "ERROR"},
        },
    }
