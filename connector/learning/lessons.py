"""What a match that is carried out teaches: under which name its payer pays, and what the payer
took off without our knowing why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.db import Tx
from connector.disputed import cases
from connector.evidence import aliases
from connector.evidence.cash_case import Case
from connector.money.cash import BANK
from matching.deduction.shortfalls import Shortfall
from providers.ledger import Allocation


def learn(
    tx: Tx, case: Case, allocations: Sequence[Allocation], short: Sequence[Shortfall], *,
    decision_id: int, now: datetime,
) -> None:  # fmt: skip
    """Notice the payer, and open a case for each of the differences that nobody allowed."""
    items = {item.invoice_id: item for item in case.open_items}
    owners = {items[part.invoice_id].customer_id for part in allocations}
    if len(owners) == 1:
        _notice(tx, case, owners.pop(), now=now)
    for one in short:
        cases.open_case(
            tx, case.connection.id, decision_id=decision_id, invoice_id=one.item.invoice_id,
            customer_id=one.item.customer_id, kind=one.kind, amount=one.missing,
            words="; ".join(filter(None, (one.reason, case.money.text))), at=now,
        )  # fmt: skip


def _notice(tx: Tx, case: Case, customer_id: str, *, now: datetime) -> None:
    """A name that is neither the customer's own nor of one that belongs together with it, with
    money that only the bank knew of."""
    item = case.item
    matched = case.matched
    known = {payer.customer_id for payer in matched.payers}
    known |= {relative.customer_id for relative in matched.relatives}
    if item.kind == BANK and customer_id not in known:
        aliases.observe(
            tx, case.connection.id, payer=item.payer, account=item.payer_account,
            customer_id=customer_id, subject=item.subject, at=now,
        )  # fmt: skip
