"""Short ways to write a customer's account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dunning.account import Account, DueInvoice, SentMessage
from providers.ledger import Status
from providers.money import Money

ZONE = "America/New_York"
DUE = date(2026, 3, 2)


def invoice(
    number: str = "INV-1",
    amount: str = "100",
    *,
    due: date | None = DUE,
    issued: date | None = None,
    currency: str = "USD",
    status: Status = Status.OPEN,
    sent: bool = True,
    disputed: str = "",
    paused: bool = False,
) -> DueInvoice:
    """An invoice whose id is its number, issued thirty days before it is due."""
    money = Money.of(amount, currency)
    since = issued or (due or DUE) - timedelta(days=30)
    return DueInvoice(
        f"id:{number}",
        number,
        since,
        due,
        money,
        money,
        status,
        sent,
        Money.of(disputed, currency) if disputed else None,
        paused=paused,
    )


def account(*invoices: DueInvoice, credits: str = "0", **changes: object) -> Account:  # noqa: A002
    """Maple Landscaping's account in dollars; `changes` replace fields of it."""
    usual = Account(
        customer_id="maple",
        name="Maple Landscaping LLC",
        emails=("billing@maple.example",),
        currency="USD",
        invoices=invoices,
        credits=Money.of(credits, "USD"),
        time_zone=ZONE,
    )
    return replace(usual, **changes)


def at(day: str, clock: str = "15:00") -> datetime:
    """A moment of UTC; 15:00 is mid-morning in New York."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


def message(step: str, day: str, *numbers: str, stages: tuple[str, ...] = ()) -> SentMessage:
    return SentMessage(step, at(day), tuple(f"id:{number}" for number in numbers), stages)
