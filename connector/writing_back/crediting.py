"""A deduction that the policy accepts: booked to its account by a credit, behind its payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import decisions, notes
from connector.disputed import cases
from connector.disputed.cases import Deduction
from connector.mirroring import mirror
from connector.money import cash
from connector.outgoing import effects, intents
from connector.outgoing.intents import OPEN, Intent, Step
from connector.writing_back import cash_notes, stepwise
from providers.constructs import Difference, Part, Settlement, differing
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Invoice,
    Kind,
    RecordPayment,
    Status,
)

GOES_ON = (*OPEN, Step.CONFIRMED)


def intend(
    tx: Tx, connection: Connection, case: Deduction, account: str, *, allowed_by: str, why: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Intend a credit of what is missing, and its use on the invoice, once the payment is in the
    ledger; False if that came to nothing, or the case is being booked already."""
    before = _payment(tx, connection.id, case)
    decision = decisions.find(tx, case.decision_id)
    found = mirror.fetch(tx, connection.id, Kind.INVOICE, [case.invoice_id])
    invoice = next((it for it in found if isinstance(it, Invoice)), None)
    if before is None or decision is None or invoice is None:
        return False
    kind, _, id_ = decision.subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_)
    if item is None:
        return False
    difference = Difference(case.invoice_id, case.amount, account, item.received, allowed_by)
    own = Part(case.customer_id, Allocation(case.invoice_id, case.amount))
    settlement = Settlement(
        kind=None, id=item.id, customer_id=case.customer_id, received=item.received,
        left=case.amount, reference=item.text, memo=f"Booked by Ledgerhand: {why}", parts=(own,),
        differences=(difference,),
    )  # fmt: skip
    failed = intents.failed(tx, connection.id, decision.subject)
    *_, key = stepwise.commit(
        tx, connection.id, list(differing(settlement)), after_key=before.key,
        first=effects.key_of(connection.id, "credit", str(case.id), str(failed)),
        subject=decision.subject, decision_id=case.decision_id, now=now,
        records=[replace(invoice, open=case.amount, status=Status.OPEN)],
    )  # fmt: skip
    if notes.are_on(tx, connection):
        cash_notes.booked(tx, connection, [difference], after_key=key, now=now, why=why,
                          decision_id=case.decision_id)  # fmt: skip
    return True


def confirmed(tx: Tx, intent: Intent, *, now: datetime) -> None:
    """Where the credit of a case is on its invoice, the case is over."""
    use = intent.effect
    if not isinstance(use, ApplyUnapplied) or use.payment_kind is not Kind.CREDIT_NOTE:
        return
    for before in intents.of_decisions(tx, intent.connection_id, [intent.decision_id]):
        effect = before.effect
        if isinstance(effect, CreditDifference) and before.receipt == use.payment_id:
            outcome = (
                f"{effect.amount} booked to account {effect.account} by credit {before.receipt},"
                f" allowed by {effect.allowed_by}"
            )
            for case in cases.of_decision(tx, intent.connection_id, intent.decision_id):
                if case.invoice_id == effect.invoice_id:
                    cases.booked(
                        tx, intent.connection_id, case, outcome=outcome, by="ledgerhand", at=now
                    )


def _payment(tx: Tx, connection_id: int, case: Deduction) -> Intent | None:
    """The last write of the payment that left the difference; None if any of it came to nothing,
    or a credit for the same difference, by the policy or by a person, is on its way or there."""
    of_decision = intents.of_decisions(tx, connection_id, [case.decision_id])
    credits_ = [it for it in of_decision if _is_credit(it, case)]
    money = [it for it in of_decision if _is_money(it)]
    if any(it.state in (*GOES_ON, Step.PERSON) for it in credits_):
        return None
    if intents.is_open(tx, connection_id, case.subject):
        return None
    if not money or any(it.state not in GOES_ON for it in money):
        return None
    return money[-1]


def _is_credit(intent: Intent, case: Deduction) -> bool:
    effect = intent.effect
    return isinstance(effect, CreditDifference) and effect.invoice_id == case.invoice_id


def _is_money(intent: Intent) -> bool:
    """Whether a write belongs to the payment itself."""
    effect = intent.effect
    if isinstance(effect, ApplyUnapplied):
        return effect.payment_kind is not Kind.CREDIT_NOTE
    return isinstance(effect, RecordPayment)
