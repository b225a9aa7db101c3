"""Telling people that a formal step which one of them ordered is not taken, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.db import Tx
from connector.decided import approvals
from connector.decided.account_subjects import FORMAL, order_subject_of
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.outgoing.effects import PrintLetter, Reminder
from connector.outgoing.intents import Intent
from connector.rules.modes import Capability
from dunning.customer.account import Account
from providers.ledger import Invoice, Status


def tell(
    tx: Tx, *, intent: Intent, why: str, invoices: Sequence[Invoice], now: datetime
) -> None:  # fmt: skip
    """Once for an order, until somebody has seen it; `invoices` are its own as they were read.
    Where all of them are paid nobody needs to be told, nor any more."""
    effect = intent.effect
    assert isinstance(effect, Reminder)
    is_owed = any(one.status is Status.OPEN and one.open.amount > 0 for one in invoices)
    if not (effect.ordered_by and is_owed and _is_formal(tx, intent)):
        return
    id_, customer_id = intent.connection_id, effect.customer_id
    name = mirror.names(tx, id_, [customer_id]).get(customer_id) or customer_id
    is_letter = isinstance(effect, PrintLetter)
    what, done = ("letter", "made") if is_letter else ("message", "sent")
    approvals.ask(
        tx, id_, decision_id=intent.decision_id, capability=Capability.REMIND, options=[], at=now,
        subject=order_subject_of(customer_id, effect.total.currency),
        summary=f"{name}: the {what} {effect.step!r} about {effect.total}, ordered by"
        f" {effect.ordered_by}, was not {done}: {why}",
    )  # fmt: skip


def still_told(tx: Tx, connection_id: int, account: Account) -> bool:
    """Whether any of the invoices of what was told of this account's order is still owed."""
    subject = order_subject_of(account.customer_id, account.currency)
    told = approvals.is_waiting(tx, connection_id, subject)
    ordered = intents.of_decisions(tx, connection_id, [told.decision_id]) if told else []
    owed = {one.id for one in account.invoices if one.open.amount > 0}
    effects = (one.effect for one in ordered)
    return any(isinstance(it, Reminder) and owed.intersection(it.invoice_ids) for it in effects)


def _is_formal(tx: Tx, intent: Intent) -> bool:
    asked = approvals.of_decisions(tx, intent.connection_id, [intent.decision_id])
    return any(one.subject.startswith(f"{FORMAL}:") for of_one in asked.values() for one in of_one)
