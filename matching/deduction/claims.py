"""A deduction as its payer claims it, and what one check of it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from providers.money import Money, minor_unit


class Finding(StrEnum):
    """`accepted` was agreed beforehand; `late` was agreed for an earlier day; `found` and
    `contradicts` are evidence for and against the payer; `not available` is no evidence at all."""

    ACCEPTED = "accepted"
    LATE = "late"
    FOUND = "found"
    NOT_FOUND = "not found"
    CONTRADICTS = "contradicts"
    NOT_AVAILABLE = "not available"


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is early payment, price list, delivery proof or credit note; `why` a sentence."""

    name: str
    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Claim:
    """`amount` was taken off an invoice of `total`, dated `issued`, by who paid on `paid_on` (None
    where that is not known), days of the company's calendar. `words` are all that the payer wrote.
    """

    customer_id: str
    kind: str
    amount: Money
    total: Money
    issued: date
    paid_on: date | None
    words: str

    def is_as_much_as(self, other: Money) -> bool:
        """To the smallest unit of the currency, by which either side may round."""
        return abs((self.amount - other).amount) <= minor_unit(self.amount.currency)
