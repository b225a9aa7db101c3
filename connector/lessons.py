"""What a match that is carried out teaches: under which name its payer pays, and what the payer
took off without our knowing why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import aliases, cases
from connector.cash import BANK
from connector.cash_case import Case
from connector.db import Tx
from matching.reductions import reduction
from providers.ledger import Allocation

PARTIAL = "partial"
"""Part of an invoice, which stays owed and is asked for like any other: no case."""


def learn(
    tx: Tx, case: Case, allocations: Sequence[Allocation], *, decision_id: int, now: datetime
) -> None:
    """Notice the payer, and open a case for each deduction."""
    items = {item.invoice_id: item for item in case.open_items}
    owners = {items[part.invoice_id].customer_id for part in allocations}
    if len(owners) == 1:
        _notice(tx, case, owners.pop(), now=now)
    for part in allocations:
        item = items[part.invoice_id]
        if not 0 < part.amount.amount < item.open.amount:
            continue
        less = reduction(case.money.text.lower(), item.open, part.amount)
        if less.kind != PARTIAL:
            cases.open_case(
                tx, case.connection.id, decision_id=decision_id, invoice_id=item.invoice_id,
                customer_id=item.customer_id, kind=less.kind, amount=item.open - part.amount,
                words=case.money.text, at=now,
            )  # fmt: skip


def _notice(tx: Tx, case: Case, customer_id: str, *, now: datetime) -> None:
    """A name that is not the customer's own, with money that only the bank knew of."""
    item = case.item
    known = {payer.customer_id for payer in case.matched.payers}
    if item.kind == BANK and customer_id not in known:
        aliases.observe(
            tx, case.connection.id, payer=item.payer, account=item.payer_account,
            customer_id=customer_id, subject=item.subject, at=now,
        )  # fmt: skip
