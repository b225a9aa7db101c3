"""What customers agreed to pay, as the matcher expects it: instalments of plans, and promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connector.commitments import payment_plans, promise_keeping
from connector.db import Tx
from matching.facts.items import Expected
from providers.money import Money

AHEAD_MAX = 3
"""So many instalments may come at once."""


def of(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> tuple[Expected, ...]:
    """The amounts that these customers may send as agreed, for the invoices it was agreed for."""
    if not customer_ids:
        return ()
    plans = _from_plans(tx, connection_id, customer_ids)
    return (*plans, *_from_promises(tx, connection_id, customer_ids))


def _from_plans(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> Iterator[Expected]:
    for customer_id, plans in payment_plans.running(tx, connection_id, customer_ids).items():
        for plan in plans:
            unpaid = plan.unpaid(payment_plans.open_on(tx, connection_id, plan))
            for count, last in enumerate(unpaid[:AHEAD_MAX], start=1):
                amount = Money.total((one.amount for one in unpaid[:count]), last.amount.currency)
                days = " and ".join(f"{one.on}" for one in unpaid[:count])
                words = f"what payment plan {plan.number} has for {days}"
                yield Expected(customer_id, plan.invoice_ids, amount, words)


def _from_promises(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> Iterator[Expected]:
    """What is still to be set against the invoices of each promise."""
    for one, left in promise_keeping.to_be_placed(tx, connection_id, customer_ids):
        words = f"what was promised for {one.promise.on}"
        yield Expected(one.customer_id, one.promise.invoice_ids, left, words)
