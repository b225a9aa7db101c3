"""What goes wrong in our own code, and how it is told to the log without what is in a ledger."""

from __future__ import annotations

import traceback

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What no ledger, database, mail server or network does to us."""


def where(fault: BaseException) -> list[str]:
    """The lines of code that led to it, the outermost first; nothing of the values in them."""
    frames = traceback.extract_tb(fault.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
