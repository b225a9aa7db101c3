"""What cash is matched on: money that came in, and the invoices that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from providers.ledger import Allocation
from providers.money import Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that is owed. `open` is what is left of `total`, in the invoice's currency."""

    invoice_id: str
    number: str
    customer_id: str
    customer_name: str
    issued: date
    due: date | None
    total: Money
    open: Money

    @property
    def age(self) -> tuple[date, date, str]:
        """Sorts oldest due first; an invoice without a due date counts from its issue date."""
        return (self.due or self.issued, self.issued, self.invoice_id)


@dataclass(frozen=True, slots=True)
class Cash:
    """Money that nobody has applied yet.

    `amount` is what is left to apply. `customer_id` is empty while the payer is unknown. `payer`
    is the name on the bank line, `text` all that was written with the money.
    """

    id: str
    customer_id: str
    amount: Money
    received: date
    payer: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One explanation of the money; `score` runs from 0 to 100 and only ranks."""

    allocations: tuple[Allocation, ...]
    rule: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """`apply` carries allocations; `review` carries none, and ranked candidates for a person."""

    action: Literal["apply", "review"]
    allocations: tuple[Allocation, ...]
    rule: str
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
