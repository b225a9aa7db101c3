"""Money that arrived at the bank, as a statement tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit on a bank statement.

    `bank_id` is the bank's own id of the line, unique within `account`. `reference` is the
    remittance advice as far as the bank passed it on. `customer_id` is set where the payer is
    already known.
    """

    account: str
    bank_id: str
    received: date
    amount: Money
    payer: str
    reference: str
    customer_id: str = ""
