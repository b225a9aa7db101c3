"""What is wrong with a report, said so that a person can mend it."""

from __future__ import annotations


class BadReport(ValueError):
    """The report is not imported; the text says where, what is wrong and how to mend it."""
