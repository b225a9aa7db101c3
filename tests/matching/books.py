"""Short ways to write a book, a payment, and what is decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, Expected, MatchDecision, OpenItem, Party
from matching.facts.policy import MatchPolicy
from providers.ledger import Allocation
from providers.money import Money

DAY = date(2026, 1, 31)
CUSTOMERS = {
    "maple": "Maple Landscaping LLC",
    "oak": "Oak Dental Group",
    "birch": "Birch Bakery Ltd",
}
EVERY_RULE = MatchPolicy.every_rule()


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def item(
    number: str,
    amount: str,
    *,
    customer: str = "maple",
    due_days: int = 0,
    currency: str = "USD",
    left: str | None = None,
) -> OpenItem:
    """An open invoice whose id tells its number; `due_days` count from 31 January 2026, and `left`
    is what is open of it. An amount below zero makes a credit note."""
    total = Money.of(amount, currency)
    due = DAY + timedelta(days=due_days)
    return OpenItem(
        f"id:{number}", number, customer, CUSTOMERS.get(customer, customer),
        due - timedelta(days=30), due, total, total if left is None else Money.of(left, currency),
    )  # fmt: skip


def cash(
    amount: str,
    text: str = "",
    *,
    customer: str = "maple",
    payer: str = "",
    currency: str = "USD",
    bound: bool = False,
) -> Cash:
    return Cash("cash", customer, Money.of(amount, currency), DAY, payer, text, bound)


def line(amount: str, text: str = "", payer: str = "", currency: str = "USD") -> Cash:
    """A bank line: nothing but the name tells whose money it is."""
    return cash(amount, text, customer="", payer=payer, currency=currency)


def shelf(items: Sequence[OpenItem], *parties: Party) -> Shelf:
    """The items, and the customers that they are of."""
    given = {one.id for one in parties}
    names = {one.customer_id: one.customer_name for one in items}
    known = [Party(id_, name) for id_, name in names.items() if id_ not in given]
    return Shelf(items, [*known, *parties])


def decided(
    money: Cash,
    items: Sequence[OpenItem],
    policy: MatchPolicy = EVERY_RULE,
    *parties: Party,
    agreed: Sequence[Expected] = (),
) -> MatchDecision:
    """What comes of the money, all the way from the book and from what was agreed."""
    case = gather(money, shelf(items, *parties), policy)
    return decide(replace(case, expected=tuple(agreed)), policy)


def taken(parts: Sequence[Allocation]) -> dict[str, Decimal]:
    """By the number of each invoice, what is set against it."""
    return {part.invoice_id.removeprefix("id:"): part.amount.amount for part in parts}


def outcome(decision: MatchDecision) -> tuple[object, ...]:
    return decision.action, decision.rule, decision.allocations


def paid(one: OpenItem) -> OpenItem:
    """The same invoice with nothing left to pay."""
    return replace(one, open=Money.zero(one.open.currency))
