"""A spreadsheet's way in and out: given, mapped, compared, carried out. Import from here."""

from __future__ import annotations

from dubbing.services.sheets.applying import apply_sheet, confirm_sheet
from dubbing.services.sheets.comparing import compare_sheet
from dubbing.services.sheets.exporting import HEADINGS, asset_rows, export_xlsx, template_rows
from dubbing.services.sheets.forgetting import forget_sheets
from dubbing.services.sheets.giving import give_sheet, give_text
from dubbing.services.sheets.mapping import ask_again, map_columns, map_headings, read_again
from dubbing.services.sheets.ordering import compare_file
from dubbing.services.sheets.working import run_sheet

__all__ = [
    "HEADINGS",
    "apply_sheet",
    "ask_again",
    "asset_rows",
    "compare_file",
    "compare_sheet",
    "confirm_sheet",
    "export_xlsx",
    "forget_sheets",
    "give_sheet",
    "give_text",
    "map_columns",
    "map_headings",
    "read_again",
    "run_sheet",
    "template_rows",
]
