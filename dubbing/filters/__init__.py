"""The one language by which videos and dubs are filtered: in addresses of pages and of the API.

What cannot be read is told and left out; the rest counts. See PARAMETERS for the words.
"""

from __future__ import annotations

from dubbing.filters.filter import DubbingFilter
from dubbing.filters.parameters import PARAMETERS, REPEATABLE
from dubbing.filters.terms import Problem, Term

__all__ = ["PARAMETERS", "REPEATABLE", "DubbingFilter", "Problem", "Term"]
