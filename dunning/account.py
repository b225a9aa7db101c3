"""What collections are decided on: one customer's invoices and standing in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from providers.ledger import Status
from providers.money import Money


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An invoice as it was read; `due` is a day in the client's zone, None where there is none."""

    id: str
    number: str
    issued: date
    due: date | None
    total: Money
    open: Money
    status: Status
    sent: bool = True
    disputed: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that went out (or may have). `at` is aware UTC.

    `stages` are the steps that it was for each of `invoice_ids`, in the same order; without them
    it was `step` for all.
    """

    step: str
    at: datetime
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...] = ()

    def stage_of(self, invoice_id: str) -> str:
        """The step that this message was for an invoice; empty if it was not about it."""
        if invoice_id not in self.invoice_ids:
            return ""
        return self.stages[self.invoice_ids.index(invoice_id)] if self.stages else self.step


@dataclass(frozen=True, slots=True)
class Account:
    """All amounts are in `currency`; `time_zone` is the client's, an IANA name.

    `credits` are open credit notes and money not yet applied. `waiting_cash` tells that money or
    news about this customer came in and was not worked on yet, `unread_reply` that the customer
    wrote and nobody read it. `paused_reason` is empty unless a person stopped the reminders.
    """

    customer_id: str
    name: str
    emails: tuple[str, ...]
    currency: str
    invoices: tuple[DueInvoice, ...]
    credits: Money
    time_zone: str
    sent: tuple[SentMessage, ...] = ()
    paused_reason: str = ""
    unread_reply: bool = False
    waiting_cash: bool = False

    def __post_init__(self) -> None:
        for money in (self.credits, *(i.open for i in self.invoices)):
            if money.currency != self.currency:
                raise ValueError(f"{money} does not belong in an account in {self.currency}")
