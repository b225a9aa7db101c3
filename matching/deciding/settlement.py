"""The check that every set of allocations passes before it is written, whoever proposed it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matching.facts.items import Cash, OpenItem
from providers.ledger import Allocation
from providers.money import Money


class CannotSettle(ValueError):
    """The allocations do not fit the money or the invoices; the message says where."""


def settle(
    cash: Cash,
    items: Sequence[OpenItem],
    allocations: Sequence[Allocation],
    *,
    below: Collection[str] = (),
) -> Money:
    """What stays unapplied of `cash` after `allocations`, in its currency.

    `below` are the sub-customers of the cash's own customer, whose invoices it may pay too.
    Raises CannotSettle when they cross a currency or the cash's own customers, take more than a
    balance, name a document twice or one that is not open, or give away more than came in. The
    allocation to a credit note is below zero, as its balance is: it pays together with the cash.
    """
    if not allocations:
        raise CannotSettle("nothing was chosen; choose at least one invoice")
    open_items = {item.invoice_id: item for item in items}
    rest = cash.amount
    for allocation in allocations:
        item = open_items.pop(allocation.invoice_id, None)
        if item is None:
            raise CannotSettle(f"invoice {allocation.invoice_id} is not open, or is named twice")
        if cash.bound and item.customer_id not in {cash.customer_id, *below}:
            raise CannotSettle(
                f"{item.number} is another customer's than the money; choose among its own"
            )
        _check_amount(cash, item, allocation)
        rest = rest - allocation.amount
    if rest.amount < 0:
        raise CannotSettle(f"{cash.amount} came in, and the invoices take {-rest} more")
    return rest


def _check_amount(cash: Cash, item: OpenItem, allocation: Allocation) -> None:
    if not cash.amount.currency == item.open.currency == allocation.amount.currency:
        raise CannotSettle(
            f"{allocation.amount} of {cash.amount} cannot pay {item.number}, which is in "
            f"{item.open.currency}; money is applied in the invoice's currency only"
        )
    sign = -1 if item.open.amount < 0 else 1
    part, whole = sign * allocation.amount.amount, sign * item.open.amount
    if part <= 0:
        raise CannotSettle(f"{allocation.amount} for {item.number} is not more than nothing")
    if part > whole:
        raise CannotSettle(
            f"{allocation.amount} is more than the {item.open} open on {item.number}"
        )
