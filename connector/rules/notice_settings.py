"""What a client wants to be told, and to have said, unasked: all of it off at first."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

HOUR_MAX = 23


class Notices(BaseModel):
    """`daily_digest` tells the firm at `digest_hour` what happened on the day before, and
    `forewarning` at `forewarning_hour` which messages go out on the next. Hours are by the clock of
    the client's zone. With `thank_you` a customer whose payment settles invoices that it was
    reminded of is thanked by mail.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    daily_digest: bool = False
    digest_hour: int = Field(default=7, ge=0, le=HOUR_MAX)
    forewarning: bool = False
    forewarning_hour: int = Field(default=16, ge=0, le=HOUR_MAX)
    thank_you: bool = False
