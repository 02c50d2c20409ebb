"""Spreadsheets that people give: read in a limited subprocess, as text, with their own line
numbers. Nothing in them is ever executed.
"""

from __future__ import annotations

from dubbing.sheets.cells import Cell, CellKind, escape_cell, unescape_cell
from dubbing.sheets.errors import SheetError
from dubbing.sheets.headings import Column, guess_columns, headings_key
from dubbing.sheets.languages import LanguageFinder
from dubbing.sheets.reading import Look, Table, look_into, read_table
from dubbing.sheets.rows import Reading, Row
from dubbing.sheets.writing import write_csv, write_xlsx

__all__ = [
    "Cell",
    "CellKind",
    "Column",
    "LanguageFinder",
    "Look",
    "Reading",
    "Row",
    "SheetError",
    "Table",
    "escape_cell",
    "guess_columns",
    "headings_key",
    "look_into",
    "read_table",
    "unescape_cell",
    "write_csv",
    "write_xlsx",
]
