from __future__ import annotations


class SheetError(Exception):
    """Why a sheet cannot be read: `message` is for the person who gave it, `code` for programs.

    Codes: sheet_empty, sheet_too_large, sheet_too_many_rows, sheet_too_many_columns,
    sheet_format, sheet_protected, sheet_damaged, sheet_encoding, sheet_quote, sheet_missing,
    sheet_too_slow.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
