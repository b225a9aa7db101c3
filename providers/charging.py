"""Charges for being late, as a ledger gets them: an invoice of their own, or its voiding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.money import Money


@dataclass(frozen=True, slots=True)
class RaiseCharge:
    """Raise one invoice of one line for being late with `invoice_ids`, without tax, booked to a
    named account (an id of the ledger). `description` is the line that the customer reads, `memo`
    what stands beside it in the ledger. `ordered_by` is the person who approved it: nobody else
    may order one.
    """

    customer_id: str
    amount: Money
    account: str
    on: date
    due: date
    description: str
    memo: str
    invoice_ids: tuple[str, ...]
    ordered_by: str = ""


@dataclass(frozen=True, slots=True)
class VoidCharge:
    """Void the invoice `receipt` that `done` raised, if it stands as it was written and nothing was
    set against it. `ordered_by` is the person who wants it so."""

    done: RaiseCharge
    receipt: str
    ordered_by: str = ""

    @property
    def customer_id(self) -> str:
        return self.done.customer_id


Charging = RaiseCharge | VoidCharge
