"""Sheets going out: the list as it is filtered, and an empty one to fill."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms import AssetFilterForm
from dubbing.services.sheets import HEADINGS, asset_rows, export_xlsx, template_rows
from dubbing.services.sheets.exporting import MOST_XLSX_ROWS, is_too_long
from dubbing.sheets import write_csv, write_xlsx

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


@require_GET
@team_view(Can.VIEW)
def asset_export(request: TeamRequest) -> HttpResponseBase:
    """The videos of the list, all pages of it, as CSV or with `as=xlsx` as XLSX."""
    asked = AssetFilterForm(request.GET).asset_filter()
    matched = asked.matched()
    name = f"videos-{timezone.now():%Y-%m-%d}"
    if request.GET.get("as") != "xlsx":
        return _csv(write_csv(HEADINGS, asset_rows(matched)), name)
    if is_too_long(matched):
        messages.error(
            request,
            f"More than {MOST_XLSX_ROWS:,} videos do not fit into an XLSX. Take the CSV, or narrow "
            "the list.",
        )
        return redirect(asked.url())
    with tempfile.TemporaryDirectory(prefix="dubdesk-export-") as folder:
        path = Path(folder) / "videos.xlsx"
        export_xlsx(path, matched)
        return _xlsx(path, name)


def _csv(pieces: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _xlsx(path: Path, name: str) -> FileResponse:
    """The open file outlives its folder."""
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE
    )


@require_GET
@team_view(Can.PRODUCE)
def sheet_template(request: TeamRequest) -> HttpResponseBase:
    """Headings and one example, as CSV or with `as=xlsx` as XLSX."""
    headings, rows = template_rows()
    if request.GET.get("as") == "xlsx":
        with tempfile.TemporaryDirectory(prefix="dubdesk-export-") as folder:
            path = Path(folder) / "template.xlsx"
            write_xlsx(path, "Videos", headings, rows)
            return _xlsx(path, "new-videos")
    return _csv(write_csv(headings, rows), "new-videos")
