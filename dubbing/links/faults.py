from __future__ import annotations


class LinkError(Exception):
    """Why an address cannot be used: `message` is for the person who gave it, `code` for programs.

    `is_passing`: it may be better in a minute, so it is no reason to refuse the address.
    """

    def __init__(self, message: str, code: str, *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.is_passing = is_passing
