"""Why an advice cannot be read, said so that a person can mend it."""

from __future__ import annotations


class BadRemittance(ValueError):
    """Nothing of it is kept; the text says where, what is wrong and how to mend it."""
