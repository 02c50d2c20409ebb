"""What stands in an archive, told in three files within it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

MANIFEST_CSV = "manifest.csv"
MANIFEST_JSON = "manifest.json"
SUMS = "SHA256SUMS"
MANIFEST_NAMES = (MANIFEST_CSV, MANIFEST_JSON, SUMS)
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """One file. `size` in bytes, `date` as ISO 8601, `reference` is the caller's own name."""

    file: str
    project: str
    video: str
    reference: str
    locale: str
    version: int
    date: str
    size: int
    sha256: str


def manifest_files(
    lines: Sequence[Line], *, archive: str, made_at: str, part: str
) -> list[tuple[str, bytes]]:
    """Name and content of each. The same lines give the same bytes."""
    told = {"archive": archive, "part": part, "made_at": made_at}
    return [
        (MANIFEST_CSV, _csv(lines)),
        (MANIFEST_JSON, _json(told | {"files": [asdict(line) for line in lines]})),
        (SUMS, _sums(lines)),
    ]


def _csv(lines: Sequence[Line]) -> bytes:
    """With a byte order mark: else a spreadsheet reads its letters wrongly."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(Line))
    for line in lines:
        writer.writerow(_unarmed(value) for value in asdict(line).values())
    return text.getvalue().encode("utf-8-sig")


def _unarmed(value: object) -> object:
    """No spreadsheet may take a title for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_BEGINS):
        return f"'{value}"
    return value


def _json(told: dict[str, object]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _sums(lines: Sequence[Line]) -> bytes:
    """As `sha256sum --check` reads it."""
    return "".join(f"{line.sha256}  {line.file}\n" for line in lines).encode()
