"""For how many days a client keeps words that are not needed any more: for ever, at first."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DAYS_MIN = 400
"""A year of what decisions stand on, and the weeks in which somebody asks why."""
Days = Annotated[int, Field(ge=DAYS_MIN)] | None


class Retention(BaseModel):
    """Days by record class (`data_map.RecordClass`); None keeps it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages: Days = None
    replies: Days = None
    transcripts: Days = None
    tracking: Days = None

    @property
    def is_any(self) -> bool:
        return any(days is not None for _, days in self)
