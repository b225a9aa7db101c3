"""What a client lets the matcher do by itself."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, field_validator


class MatchPolicy(BaseModel):
    """Switches and thresholds; as it stands, only exact number and exact amount are applied.

    `apply_at_most` is the largest payment per currency that is applied without a person; a
    currency that is not named has no limit, and 0 asks a person every time. Points run from 0 to
    100: how far the best explanation must lead, how like a payer's name must be to count as a
    customer's, and below what it speaks against a customer who was known beforehand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    apply_one_named: bool = True
    apply_several_named: bool = True
    apply_at_most: dict[str, Decimal] = Field(default_factory=dict)
    margin_points_min: float = Field(default=10.0, ge=0.1, le=100)
    name_points_min: float = Field(default=85.0, ge=50, le=100)
    name_points_at_odds: float = Field(default=50.0, ge=0, le=100)
    candidates_max: int = Field(default=10, ge=1, le=50)

    @field_validator("apply_at_most")
    @classmethod
    def _check_limits(cls, limits: dict[str, Decimal]) -> dict[str, Decimal]:
        known = list_currencies()
        for currency, limit in limits.items():
            if currency not in known:
                raise ValueError(f"{currency!r} is no currency; write its ISO code, such as USD")
            if limit < 0:
                raise ValueError(f"{limit} {currency} is no limit; write 0 or more")
        return limits
