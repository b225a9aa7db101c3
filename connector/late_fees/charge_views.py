"""Charges as people see them: the customer's name, the invoice's number, the question about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.db import Tx
from connector.decided import approvals
from connector.late_fees import charges
from connector.late_fees.charges import Charge, ChargeKind
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.outgoing.intents import Step
from dunning.fees.late_fees import FeeState
from providers.ledger import Invoice, Kind

LISTED_MAX = 500
STATES = {
    FeeState.DRAFTED: "waits for a person",
    FeeState.APPROVED: "approved, on its way",
    FeeState.POSTED: "in the ledger",
    FeeState.WAIVED: "waived",
    FeeState.UNDONE: "taken back",
    FeeState.LAPSED: "lapsed",
}


@dataclass(frozen=True, slots=True)
class View:
    """`number` is that of the invoice it became, `question` the approval that waits, if any, and
    `trouble` what keeps it on its way."""

    charge: Charge
    customer: str
    number: str
    question: int | None
    trouble: str

    @property
    def state(self) -> str:
        if self.charge.state is FeeState.DRAFTED and self.question is None:
            is_stale = self.charge.kind is ChargeKind.INTEREST and self.charge.remark
            return "waits to be worked out anew" if is_stale else "noted only, in shadow"
        return STATES[self.charge.state]


def of_customer(tx: Tx, connection_id: int, customer_id: str) -> list[View]:
    return _views(
        tx, connection_id,
        charges.listed(tx, connection_id, customer_ids=[customer_id], limit=LISTED_MAX),
    )  # fmt: skip


def newest(tx: Tx, connection_id: int) -> list[View]:
    return _views(tx, connection_id, charges.listed(tx, connection_id, limit=LISTED_MAX))


def of(tx: Tx, charge: Charge) -> View:
    (view,) = _views(tx, charge.connection_id, [charge])
    return view


def _views(tx: Tx, connection_id: int, found: Sequence[Charge]) -> list[View]:
    names = mirror.names(tx, connection_id, {it.customer_id for it in found})
    raised = mirror.fetch(tx, connection_id, Kind.INVOICE, {it.receipt for it in found})
    numbers = {it.id: it.number for it in raised if isinstance(it, Invoice)}
    questions = {it.subject: it.id for it in approvals.waiting(tx, connection_id)}
    orders = intents.of_keys(tx, connection_id, {it.intent_key for it in found if it.intent_key})
    stuck = {it.key: it.error for it in orders if it.state in (Step.UNKNOWN, Step.PERSON)}
    return [
        View(
            it, names.get(it.customer_id, it.customer_id), numbers.get(it.receipt, it.receipt),
            questions.get(it.subject), stuck.get(it.intent_key, ""),
        )
        for it in found
    ]  # fmt: skip
