"""When a signed address ends, as far as the address itself says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

# Amazon's and Google's storage say when they signed, and for how many seconds.
SIGNED = (("X-Amz-Date", "X-Amz-Expires"), ("X-Goog-Date", "X-Goog-Expires"))
MOMENT = "%Y%m%dT%H%M%SZ"
# Their older forms, and CDNs, give the second itself; Azure gives the moment as text.
SECOND, TEXT = "Expires", "se"
DIGITS = re.compile(r"[0-9]{1,10}\Z")


def ends_at(address: str) -> datetime | None:
    """None: it does not say, or says it in a way that nobody knows."""
    try:
        found = parse_qs(urlsplit(address).query)
    except ValueError:
        return None
    words = {name.lower(): values[0] for name, values in found.items()}
    for date, seconds in SIGNED:
        if date.lower() in words:
            return _after(words[date.lower()], words.get(seconds.lower(), ""))
    if DIGITS.match(words.get(SECOND.lower(), "")):
        return datetime.fromtimestamp(int(words[SECOND.lower()]), UTC)
    return _told(words[TEXT]) if TEXT in words and "sig" in words else None


def _after(date: str, seconds: str) -> datetime | None:
    try:
        signed_at = datetime.strptime(date, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    if not DIGITS.match(seconds):
        return None
    try:
        return signed_at + timedelta(seconds=int(seconds))
    except OverflowError:
        return None


def _told(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
