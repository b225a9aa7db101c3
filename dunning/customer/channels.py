"""The ways in which a person is reached."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    TEXT = "text"
    CALL = "call"
    LETTER = "letter"
