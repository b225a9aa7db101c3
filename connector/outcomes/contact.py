"""Messages to customers and what followed: cash, how soon they went out, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.outcomes.book import DAY, Book, Period, Receipt, Sale
from connector.outcomes.figure import (
    DAYS,
    PERCENT,
    Evidence,
    Figure,
    Measure,
    median,
    tenths,
)
from providers.money import Money

RECOVERED_DAYS_MAX = 30
RECOVERED = Measure(
    "recovered", "Cash recovered after contact", "",
    "sum of what receipts of the period are set against, where the invoice was past due when a"
    f" message about it went out, and the money came 1 to {RECOVERED_DAYS_MAX} days after the last"
    " such message; each receipt counts once, for the invoices named alone and for no more than the"
    " money, and money without a message before it never",
)  # fmt: skip
FIRST_CONTACT = Measure(
    "first_contact", "Time to first contact", DAYS,
    "median of the days from the due date to the first message about an invoice, below zero before"
    " the due date; invoices that became overdue in the period and were written about",
)  # fmt: skip
CONTACT_RATE = Measure(
    "contact_rate", "Contact rate", PERCENT,
    "invoices that became overdue in the period and were written about"
    " / invoices that became overdue in the period x 100",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """One message that went out, about these invoices, on a day of the client's zone."""

    customer_id: str
    invoice_ids: frozenset[str]
    on: date
    step: str
    decision_id: int


class Contacts:
    """The messages about each invoice, the oldest first."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._about: dict[str, list[Contact]] = {}
        for contact in sorted(contacts, key=lambda one: one.on):
            for invoice_id in contact.invoice_ids:
                self._about.setdefault(invoice_id, []).append(contact)

    def first(self, invoice_id: str, until: date) -> Contact | None:
        found = self._about.get(invoice_id, [])
        return found[0] if found and found[0].on <= until else None

    def last_before(self, invoice_id: str, day: date, *, after: date) -> Contact | None:
        """The last message that went out before a day and later than `after`."""
        found = [one for one in self._about.get(invoice_id, []) if after < one.on < day]
        return found[-1] if found else None


def recovered(book: Book, period: Period, contacts: Contacts) -> Figure:
    if why := too_early(book, period):
        return RECOVERED.missing(why)
    sales = {sale.id: sale for sale in book.sales}
    rows = [
        row
        for receipt in book.receipts
        if receipt.received in period and (row := _recovered(receipt, sales, contacts))
    ]
    total = Money.total((row.amount for row in rows if row.amount), book.currency)
    return RECOVERED.of(
        total, f"receipts that count: {len(rows)}", {"receipts": len(rows)}, evidence=rows
    )


def first_contact(book: Book, period: Period, contacts: Contacts) -> list[Figure]:
    """Time to first contact, and the contact rate."""
    late = _became_late(book, period)
    why = too_early(book, period) or ("" if late else "no invoice became overdue in the period")
    if why:
        return [FIRST_CONTACT.missing(why), CONTACT_RATE.missing(why)]
    rows = [
        (sale, sale.due, first)
        for sale in late
        if sale.due and (first := contacts.first(sale.id, period.until))
    ]
    waits = [(first.on - due).days for _, due, first in rows]
    evidence = [
        Evidence(sale.customer_id, f"{sale.number}: due {due}, {first.step} on {first.on}",
                 sale.total, first.decision_id)
        for sale, due, first in rows
    ]  # fmt: skip
    share = Decimal(len(rows)) / len(late) * 100
    rate = CONTACT_RATE.of(
        share, f"{len(rows)} / {len(late)} x 100 = {tenths(share)} %",
        {"contacted": len(rows), "overdue": len(late)},
    )  # fmt: skip
    if not waits:
        return [FIRST_CONTACT.missing("none of them was written about"), rate]
    middle = median(waits)
    worked = f"middle of {len(waits)} from {min(waits)} to {max(waits)} = {tenths(middle)} days"
    return [FIRST_CONTACT.of(middle, worked, {"invoices": len(waits)}, evidence=evidence), rate]


def collected(book: Book, period: Period, contacts: Contacts) -> int:
    """How many invoices were settled in the period, past due and after a message about them."""
    count = 0
    for sale in book.sales:
        on = sale.settled_on()
        if on and on in period and sale.due and sale.due < on:
            count += contacts.last_before(sale.id, on, after=date.min) is not None
    return count


def too_early(book: Book, period: Period) -> str:
    if period.until >= book.begins:
        return ""
    return f"nobody was written to from here, and nothing placed, before {book.begins}"


def was_late(sale: Sale, until: date) -> bool:
    """Something was open at the end of the due date, which is over."""
    return sale.due is not None and sale.due < until and bool(sale.open_on(sale.due))


def _recovered(
    receipt: Receipt, sales: dict[str, Sale], contacts: Contacts
) -> Evidence | None:  # fmt: skip
    """What one receipt counts for, None if for nothing."""
    named: list[tuple[Sale, Money, Contact]] = []
    for invoice_id, amount in receipt.parts:
        sale = sales.get(invoice_id)
        if sale is None or sale.due is None or amount.currency != receipt.total.currency:
            continue
        oldest = max(sale.due, receipt.received - (RECOVERED_DAYS_MAX + 1) * DAY)
        if contact := contacts.last_before(invoice_id, receipt.received, after=oldest):
            named.append((sale, amount, contact))
    if not named or not receipt.total.amount > 0:
        return None
    last = max((contact for _, _, contact in named), key=lambda contact: contact.on)
    numbers = ", ".join(sale.number for sale, _, _ in named)
    return Evidence(
        receipt.customer_id,
        f"{receipt.id} on {receipt.received} for {numbers}; {last.step} on {last.on}",
        min(Money.total((amount for _, amount, _ in named), receipt.total.currency), receipt.total),
        last.decision_id,
    )


def _became_late(book: Book, period: Period) -> list[Sale]:
    """The first day late lies in the period, and no earlier than the mirror begins."""
    return [
        sale
        for sale in book.sales
        if sale.due is not None
        and sale.due + DAY in period
        and sale.due + DAY >= book.begins
        and was_late(sale, period.until)
    ]
