"""The one way in which a bank file is refused."""

from __future__ import annotations


class BadStatement(ValueError):
    """The file is not imported; the text says where, what is wrong and how to mend it."""
