"""Sales, receipts and messages for figures that can be worked out by hand."""

from __future__ import annotations

from datetime import date

from connector.outcomes.book import Book, Period, Receipt, Sale, Settled
from connector.outcomes.contact import Contact, Contacts
from providers.money import Money

BEGINS = date(2026, 1, 1)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def day(text: str) -> date:
    """A day of 2026, from its month and day."""
    return date.fromisoformat(f"2026-{text}")


def usd(amount: str | int) -> Money:
    return Money.of(amount, "USD")


def sale(
    id_: str, total: str | int, issued: str, due: str | None, *, customer: str = "c1",
    currency: str = "USD", **paid: str | int,
) -> Sale:  # fmt: skip
    """`paid` is what was paid by month and day: on_0320=40 is 40 on 20 March."""
    settled = tuple(
        Settled(day(f"{on[3:5]}-{on[5:]}"), Money.of(amount, currency))
        for on, amount in sorted(paid.items())
    )
    return Sale(
        id_, f"INV-{id_}", customer, day(issued), day(due) if due else None,
        Money.of(total, currency), settled,
    )  # fmt: skip


def receipt(id_: str, received: str, *, money: int | None = None, **parts: int) -> Receipt:
    """`money` is what came; without it all that the parts are."""
    return Receipt(
        f"payment:{id_}", "c1", day(received),
        usd(sum(parts.values()) if money is None else money),
        tuple((invoice_id, usd(amount)) for invoice_id, amount in parts.items()),
    )  # fmt: skip


def book(*sales: Sale, receipts: tuple[Receipt, ...] = (), begins: date = BEGINS) -> Book:
    return Book("USD", begins, sales, receipts)


def contact(on: str, *invoice_ids: str, decision: int = 1) -> Contact:
    return Contact("c1", frozenset(invoice_ids), day(on), "reminder", decision)


def contacts(*made: Contact) -> Contacts:
    return Contacts(made)
