from __future__ import annotations


class StartError(Exception):
    """Why the start ends here, in one sentence for the person at the keyboard."""
