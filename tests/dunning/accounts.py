"""Short ways to write a customer's account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from dunning.customer.account import Account, DueInvoice, Promise, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.standing import ON_TIME_DAYS, Standing
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
    case: str = "",
    reopened: bool = False,
) -> DueInvoice:
    """An invoice whose id is its number, issued thirty days before it is due."""
    money = Money.of(amount, currency)
    since = issued or (due or DUE) - timedelta(days=30)
    return DueInvoice(
        f"id:{number}", number, since, due, money, money, status, sent,
        Money.of(disputed, currency) if disputed else None, case, paused, reopened,
    )  # fmt: skip


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


def message(
    step: str, day: str, *numbers: str, stages: tuple[str, ...] = (),
    channel: Channel = Channel.EMAIL, opened: int | None = None,
) -> SentMessage:  # fmt: skip
    ids = tuple(f"id:{number}" for number in numbers)
    return SentMessage(step, at(day), ids, stages, channel, opened)


def pays(
    days_late: int = 0, *, paid: int = 20, years: int = 5, worth: str = "40000", **changes: object
) -> Standing:
    """A customer that pays every invoice so many days late, by the day the invoices are due."""
    usual = Standing(
        since=DUE - timedelta(days=365 * years),
        paid=paid,
        on_time_share=Decimal(days_late <= ON_TIME_DAYS),
        mean_days_late=Decimal(days_late),
        trend_days=Decimal(0),
        year=Money.of(worth, "USD"),
    )
    return replace(usual, **changes)


def promise(day: str, amount: str = "100", *numbers: str, own: bool = False) -> Promise:
    """Said on the day before, when a hundred dollars were open; by the customer itself where it is
    its `own`, else written down by a person."""
    ids = tuple(f"id:{number}" for number in numbers or ("INV-1",))
    on = date.fromisoformat(day)
    money = Money.of(amount, "USD")
    holds = money if own else None
    return Promise(ids, money, on, on - timedelta(days=1), Money.of("100", "USD"), holds=holds)
