"""The check that every set of allocations passes before it is written, whoever proposed it."""

from __future__ import annotations

from collections.abc import Sequence

from matching.items import Cash, OpenItem
from providers.ledger import Allocation
from providers.money import Money


class CannotSettle(ValueError):
    """The allocations do not fit the money or the invoices; the message says where."""


def settle(cash: Cash, items: Sequence[OpenItem], allocations: Sequence[Allocation]) -> Money:
    """What stays unapplied of `cash` after `allocations`, in its currency.

    Raises CannotSettle when they cross a currency or a customer, take more than an invoice's
    balance, name an invoice twice or one that is not open, or give away more than came in.
    """
    if not allocations:
        raise CannotSettle("nothing was chosen; choose at least one invoice")
    open_items = {item.invoice_id: item for item in items}
    customers: set[str] = {cash.customer_id} if cash.customer_id else set()
    rest = cash.amount
    for allocation in allocations:
        item = open_items.pop(allocation.invoice_id, None)
        if item is None:
            raise CannotSettle(f"invoice {allocation.invoice_id} is not open, or is named twice")
        _check_amount(cash, item, allocation)
        customers.add(item.customer_id)
        rest = rest - allocation.amount
    if len(customers) > 1:
        raise CannotSettle("the money and the invoices belong to more than one customer")
    if rest.amount < 0:
        raise CannotSettle(f"{cash.amount} came in, and the invoices take {-rest} more")
    return rest


def _check_amount(cash: Cash, item: OpenItem, allocation: Allocation) -> None:
    if not cash.amount.currency == item.open.currency == allocation.amount.currency:
        raise CannotSettle(
            f"{allocation.amount} of {cash.amount} cannot pay {item.number}, which is in "
            f"{item.open.currency}; money is applied in the invoice's currency only"
        )
    if allocation.amount.amount <= 0:
        raise CannotSettle(f"{allocation.amount} for {item.number} is not more than nothing")
    if allocation.amount > item.open:
        raise CannotSettle(
            f"{allocation.amount} is more than the {item.open} open on {item.number}"
        )
