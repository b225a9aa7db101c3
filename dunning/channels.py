"""The ways in which a customer can be reached."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    TEXT = "text"
    CALL = "call"
    LETTER = "letter"
