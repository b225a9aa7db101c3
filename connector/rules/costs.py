"""What work costs a client, and which credits are its bad debts: for reports, and nothing else."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, field_validator

from providers.money import Money


class Costs(BaseModel):
    """Prices in one currency; where one is not set, the cost is not told.

    `api_call` and `message` are for one each, `minute` is for a minute of a person's, of whom an
    answer takes `minutes_per_answer`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str
    api_call: Decimal | None = Field(default=None, ge=0)
    message: Decimal | None = Field(default=None, ge=0)
    minute: Decimal | None = Field(default=None, ge=0)
    minutes_per_answer: Decimal | None = Field(default=None, ge=0)

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, currency: str) -> str:
        if currency not in list_currencies():
            raise ValueError(f"{currency!r} is no currency; write its ISO code, such as USD")
        return currency

    def unset(self) -> str:
        """The first price that is not set, empty if all are."""
        names = ("api_call", "message", "minute", "minutes_per_answer")
        return next((name for name in names if getattr(self, name) is None), "")

    def total(self, *, calls: int, messages: int, answers: int) -> Money:
        """All prices must be set."""
        assert not self.unset()
        parts = (
            calls * (self.api_call or Decimal(0)),
            messages * (self.message or Decimal(0)),
            answers * (self.minutes_per_answer or Decimal(0)) * (self.minute or Decimal(0)),
        )
        return Money(sum(parts, Decimal(0)), self.currency)


class BadDebt(BaseModel):
    """Which credits are bad debt: those that were booked from here to one of `accounts` (ids of
    the ledger), and those whose number begins with one of `credit_numbers`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: frozenset[str] = frozenset()
    credit_numbers: tuple[str, ...] = ()

    @field_validator("credit_numbers")
    @classmethod
    def _check_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        if not all(number.strip() for number in numbers):
            raise ValueError("write how such numbers begin, such as BD-; an empty text fits all")
        return numbers

    @property
    def is_set(self) -> bool:
        return bool(self.accounts or self.credit_numbers)
