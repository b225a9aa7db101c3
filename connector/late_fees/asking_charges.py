"""Putting a charge before a person: a draft, the decision behind it, and the question."""

from __future__ import annotations

from collections.abc import Sequence

from connector import audit
from connector.account.collection_rules import Rules
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.late_fees import charges
from connector.late_fees.charges import Charge, ChargeKind
from connector.mirroring import mirror
from connector.rules.modes import ACTING, Capability
from dunning.fees.late_fees import Fee, FeeState


def draft(
    tx: Tx, rules: Rules, kind: ChargeKind, customer_id: str, fee: Fee, *,
    working: Sequence[str], facts: dict[str, str],
) -> Charge | None:  # fmt: skip
    """Keep it and ask; None where its period was decided on before."""
    connection, now = rules.connection, rules.now
    kept = charges.draft(
        tx, connection.id, kind, customer_id, fee, working=working, facts=facts, at=now
    )
    if kept is None:
        return None
    decision_id = decisions.record(
        tx, connection.id, at=now, capability=Capability.REMIND, subject=kept.subject,
        mode=rules.mode, action="draft", rule=kind, policy_version=rules.version.number,
        inputs={"key": fee.key, "invoices": list(fee.invoice_ids), "facts": facts},
        outcome={"amount": str(fee.amount), "reasons": [fee.reason, *working]},
    )  # fmt: skip
    charges.decided(tx, kept, decision_id)
    found = charges.find(tx, connection.id, kept.id)
    assert found is not None
    ask(tx, rules, found)
    return found


def ask(tx: Tx, rules: Rules, charge: Charge) -> None:
    """A person decides in every mode; in shadow nobody is asked, and nothing comes of it."""
    if rules.mode not in ACTING:
        return
    fee = charge.fee
    tried = f"; it was tried, and {charge.remark}" if charge.remark else ""
    approvals.ask(
        tx, rules.connection.id, decision_id=charge.decision_id, capability=Capability.REMIND,
        subject=charge.subject, at=rules.now,
        summary=f"{_named(tx, charge)}{tried}",
        options=[{
            "text": f"raise an invoice of {fee.amount} in the ledger", "charge": charge.id,
            "working": [fee.reason, *charge.working],
        }],
    )  # fmt: skip


def is_asked(tx: Tx, charge: Charge) -> bool:
    return approvals.is_waiting(tx, charge.connection_id, charge.subject) is not None


def lapse(tx: Tx, rules: Rules, charge: Charge, *, why: str) -> bool:
    """A draft is not to be charged any more, and nobody is asked about it; False where somebody has
    decided on it meanwhile."""
    if not charges.move(tx, charge, FeeState.LAPSED, by="ledgerhand", at=rules.now, remark=why):
        return False
    approvals.lapse(tx, charge.connection_id, charge.subject, at=rules.now)
    audit.add(
        tx, charge.connection_id, at=rules.now, actor="ledgerhand", event="charge.lapsed",
        about=charge.subject, decision_id=charge.decision_id, reason=why,
    )  # fmt: skip
    return True


def tell(tx: Tx, rules: Rules, charge: Charge, *, why: str) -> None:
    """Before people until one of them has seen it: what they were asked about is not charged."""
    approvals.ask(
        tx, rules.connection.id, decision_id=charge.decision_id, capability=Capability.REMIND,
        subject=charge.subject, at=rules.now, options=[],
        summary=f"{_named(tx, charge)} is not charged: {why}",
    )  # fmt: skip


def _named(tx: Tx, charge: Charge) -> str:
    names = mirror.names(tx, charge.connection_id, [charge.customer_id])
    name, fee = names.get(charge.customer_id, charge.customer_id), charge.fee
    return f"{name}: {charge.kind} of {fee.amount} for {fee.about}"
