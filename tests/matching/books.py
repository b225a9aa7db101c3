"""Short ways to write an open invoice and a payment."""

from __future__ import annotations

from datetime import date, timedelta

from matching.items import Cash, OpenItem
from providers.money import Money

DAY = date(2026, 1, 31)


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def item(
    number: str,
    amount: str,
    *,
    customer: str = "maple",
    name: str = "Maple Landscaping LLC",
    due_days: int = 0,
    currency: str = "USD",
) -> OpenItem:
    """An open invoice whose id is its number; `due_days` count from 31 January 2026."""
    money = Money.of(amount, currency)
    due = DAY + timedelta(days=due_days)
    return OpenItem(
        f"id:{number}", number, customer, name, due - timedelta(days=30), due, money, money
    )


def cash(
    amount: str, text: str = "", *, customer: str = "maple", payer: str = "", currency: str = "USD"
) -> Cash:
    return Cash("cash", customer, Money.of(amount, currency), DAY, payer, text)
