"""Money that the bank converted: what it was before, at which rate it came, and whether the ledger
can be told so."""

from __future__ import annotations

from collections.abc import Sequence

from connector.evidence.cash_case import Case
from connector.money.cash import BANK, Item
from matching.no_match.exchange import Exchange, exchange
from providers.constructs import CannotBuild
from providers.ledger import Allocation
from providers.money import Money


def conversion(case: Case, allocations: Sequence[Allocation]) -> Exchange | None:
    """How the money became what came; None where it is of the invoices' own currency.

    What the payer sent is what the bank says, or else what is paid with it: then a person has
    chosen so. Raises CannotBuild where no ledger could be told.
    """
    item, currency = case.item, allocations[0].amount.currency
    if currency == item.left.currency:
        return None
    home = case.connection.currency
    if item.kind != BANK:
        raise CannotBuild(f"{item.left} on the customer's account pays no invoice in {currency}")
    if item.left.currency != home:
        raise CannotBuild(
            f"{item.left} came for invoices in {currency}, and the books are in {home}: neither"
            " QuickBooks nor Xero can enter that as one payment; enter it by hand"
        )
    stated = is_as_sent(item, currency)
    paid = item.original if stated else None
    paid = paid or Money.total((part.amount for part in allocations), currency)
    if paid.amount <= 0:
        raise CannotBuild(f"{paid} is no payment")
    return exchange(
        paid, item.left, stated=stated, items=case.open_items, allocations=allocations
    )  # fmt: skip


def is_as_sent(item: Item, currency: str) -> bool:
    """Whether the bank says what this money was in that currency, and all of it is still there."""
    sent = item.original
    return sent is not None and sent.currency == currency and item.left == item.total


def doubt(item: Item) -> str:
    """Why the bank's figures do not go together; empty if they do."""
    if item.original is None or item.rate is None or item.rate.makes(item.original, item.total):
        return ""
    made = item.rate.converted(item.original)
    return (
        f"{item.original} at the bank's rate, {item.rate}, makes {made}, and {item.total} came:"
        " the bank may have kept a charge"
    )
