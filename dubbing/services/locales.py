"""What the languages are called: read seldom, asked for at every look at the matrix."""

from __future__ import annotations

import time
from collections.abc import Iterable

from dubbing.models import Locale

LOCALES_SECONDS = 60.0


class _KnownLocales:
    """Read once a minute and process, and where a code is new: they change by the year."""

    def __init__(self) -> None:
        self._found: dict[str, Locale] = {}
        self._until = 0.0

    def having(self, codes: set[str]) -> dict[str, Locale]:
        found, now = self._found, time.monotonic()
        if now > self._until or not codes <= found.keys():
            found = {locale.code: locale for locale in Locale.objects.all()}
            self._found, self._until = found, now + LOCALES_SECONDS
        return found


_locales = _KnownLocales()


def locales_by_code(codes: Iterable[str]) -> dict[str, Locale]:
    """Those of `codes` that there are, in the order of their names."""
    wanted = set(codes)
    known = _locales.having(wanted)
    found = (known[code] for code in wanted if code in known)
    return {locale.code: locale for locale in sorted(found, key=lambda locale: locale.name)}
